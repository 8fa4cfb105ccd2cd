##! to_json() was a script here once. It is a builtin function now; scripts that load this file get what it loaded.

@load ./strings
