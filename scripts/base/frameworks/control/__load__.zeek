##! Looking into a running process and giving it orders: see main.

@load ./main
