##! Help for scripts that use others if they are there.

## Whether `@load p` would find something. It is not read.
function can_load(p: string): bool
	{
	return find_in_zeekpath(p) != "";
	}
