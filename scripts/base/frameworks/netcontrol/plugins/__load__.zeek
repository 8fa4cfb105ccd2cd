##! Plugins that need no packets.

@load ./debug
@load ./broker
@load ./acld
