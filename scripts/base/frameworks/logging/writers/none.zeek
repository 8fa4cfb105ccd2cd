##! Settings of the writer that writes nothing.

module LogNone;

export {
	## Whether it says on standard output what it is told to do.
	const debug = F &redef;
}

function rotated(info: Log::RotationInfo): bool
	{
	return T;
	}

redef Log::default_rotation_postprocessors += { [Log::WRITER_NONE] = rotated };
