const about = {{ about|tojson }};
importScripts({{ asset("js/drafts.js")|tojson }}, {{ asset("js/worker.js")|tojson }});
