##! What looks for indicators. There is no traffic to look at: scripts call Intel::seen themselves, with these places.

@load ./where-locations
