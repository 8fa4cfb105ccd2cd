##! The log of what the reporter says.

@load ./main
