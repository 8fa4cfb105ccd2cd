##! Settings of the reader of files in pieces.

module InputBinary;

export {
	## Bytes in a piece.
	const chunk_size = 1024 &redef;

	## Directory of sources that do not begin with a slash.
	const path_prefix = "" &redef;
}
