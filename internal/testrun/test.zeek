# What the functions of the module Test take and return. `brogo test` loads this in front of each *_test file.

module Test;

export {
	## An event on its way between nodes.
	type Message: record {
		## What it was published to.
		topic: string;
		## Name of the event.
		name: string;
		## Its arguments as text.
		args: vector of string;
	};

	## One row of a log: what is set, by column, as text.
	type Row: table[string] of string;
	type Rows: vector of Row;
	type Messages: vector of Message;
}
