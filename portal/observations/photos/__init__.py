"""Photos: made anew from pixels, looked at and covered before anybody else sees them."""
