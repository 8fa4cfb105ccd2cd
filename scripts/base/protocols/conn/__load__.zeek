##! What is left of connections where there are no packets.

@load ./removal-hooks
