"""What is told of a result: the page, its sentences and the files of ballots."""
