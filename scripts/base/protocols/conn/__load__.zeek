##! What is left of connections where there are no packets.

@load ./main
@load ./removal-hooks
