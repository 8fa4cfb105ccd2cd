##! The Supervisor module.

@load ./main
