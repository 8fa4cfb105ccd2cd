##! The Data API: values whose type only the data itself tells, as stores and other nodes hand them out.

module Broker;

export {
	## Any value that a store or another node may hold. `as`, `is` and `switch type` tell what it is.
	type Data: record {
		data: opaque of Broker::Data &optional;
	};

	## The kinds of data. Records travel as vectors.
	type DataType: enum {
		NONE,
		BOOL,
		INT,
		COUNT,
		DOUBLE,
		STRING,
		ADDR,
		SUBNET,
		PORT,
		TIME,
		INTERVAL,
		ENUM,
		SET,
		TABLE,
		VECTOR,
	};

	## One entry of a table, as an iterator gives it.
	type TableItem: record {
		key: Broker::Data;
		val: Broker::Data;
	};

	## Turns any value into data; the result's field stays unset if that cannot be.
	function data(d: any): Broker::Data
		{ return __data(d); }

	## The kind of some data.
	function data_type(d: Broker::Data): Broker::DataType
		{ return __data_type(d); }

	# Sets.

	## An empty set.
	function set_create(): Broker::Data
		{ return __set_create(); }

	## Takes everything out of a set; always T.
	function set_clear(s: Broker::Data): bool
		{ return __set_clear(s); }

	## How many elements a set has.
	function set_size(s: Broker::Data): count
		{ return __set_size(s); }

	## Whether a set has an element.
	function set_contains(s: Broker::Data, key: any): bool
		{ return __set_contains(s, key); }

	## Adds an element; F if the set had it.
	function set_insert(s: Broker::Data, key: any): bool
		{ return __set_insert(s, key); }

	## Takes an element out; F if the set did not have it.
	function set_remove(s: Broker::Data, key: any): bool
		{ return __set_remove(s, key); }

	## Walks through a set in order. The walk is over a copy: later changes do not show.
	function set_iterator(s: Broker::Data): opaque of Broker::SetIterator
		{ return __set_iterator(s); }

	## Whether a walk has passed its last element.
	function set_iterator_last(it: opaque of Broker::SetIterator): bool
		{ return __set_iterator_last(it); }

	## Goes to the next element; F if there is none.
	function set_iterator_next(it: opaque of Broker::SetIterator): bool
		{ return __set_iterator_next(it); }

	## The element that a walk is at.
	function set_iterator_value(it: opaque of Broker::SetIterator): Broker::Data
		{ return __set_iterator_value(it); }

	# Tables.

	## An empty table.
	function table_create(): Broker::Data
		{ return __table_create(); }

	## Takes everything out of a table; always T.
	function table_clear(t: Broker::Data): bool
		{ return __table_clear(t); }

	## How many entries a table has.
	function table_size(t: Broker::Data): count
		{ return __table_size(t); }

	## Whether a table has a key.
	function table_contains(t: Broker::Data, key: any): bool
		{ return __table_contains(t, key); }

	## Sets the value of a key and gives the one before; its field is unset if there was none.
	function table_insert(t: Broker::Data, key: any, val: any): Broker::Data
		{ return __table_insert(t, key, val); }

	## Takes a key out and gives the value it had; its field is unset if there was none.
	function table_remove(t: Broker::Data, key: any): Broker::Data
		{ return __table_remove(t, key); }

	## The value of a key; its field is unset if there is none.
	function table_lookup(t: Broker::Data, key: any): Broker::Data
		{ return __table_lookup(t, key); }

	## Walks through a table in the order of its keys, over a copy.
	function table_iterator(t: Broker::Data): opaque of Broker::TableIterator
		{ return __table_iterator(t); }

	## Whether a walk has passed its last entry.
	function table_iterator_last(it: opaque of Broker::TableIterator): bool
		{ return __table_iterator_last(it); }

	## Goes to the next entry; F if there is none.
	function table_iterator_next(it: opaque of Broker::TableIterator): bool
		{ return __table_iterator_next(it); }

	## The entry that a walk is at.
	function table_iterator_value(it: opaque of Broker::TableIterator): Broker::TableItem
		{ return __table_iterator_value(it); }

	# Vectors.

	## An empty vector.
	function vector_create(): Broker::Data
		{ return __vector_create(); }

	## Takes everything out of a vector; always T.
	function vector_clear(v: Broker::Data): bool
		{ return __vector_clear(v); }

	## How many elements a vector has.
	function vector_size(v: Broker::Data): count
		{ return __vector_size(v); }

	## Puts an element in front of position idx, at most at the end.
	function vector_insert(v: Broker::Data, idx: count, d: any): bool
		{ return __vector_insert(v, idx, d); }

	## Changes an element and gives the one before; its field is unset if there is no such position.
	function vector_replace(v: Broker::Data, idx: count, d: any): Broker::Data
		{ return __vector_replace(v, idx, d); }

	## Takes an element out and gives it; its field is unset if there is no such position.
	function vector_remove(v: Broker::Data, idx: count): Broker::Data
		{ return __vector_remove(v, idx); }

	## An element; its field is unset if there is no such position.
	function vector_lookup(v: Broker::Data, idx: count): Broker::Data
		{ return __vector_lookup(v, idx); }

	## Walks through a vector, over a copy.
	function vector_iterator(v: Broker::Data): opaque of Broker::VectorIterator
		{ return __vector_iterator(v); }

	## Whether a walk has passed its last element.
	function vector_iterator_last(it: opaque of Broker::VectorIterator): bool
		{ return __vector_iterator_last(it); }

	## Goes to the next element; F if there is none.
	function vector_iterator_next(it: opaque of Broker::VectorIterator): bool
		{ return __vector_iterator_next(it); }

	## The element that a walk is at.
	function vector_iterator_value(it: opaque of Broker::VectorIterator): Broker::Data
		{ return __vector_iterator_value(it); }

	# Records.

	## A record of so many fields, none of them set.
	function record_create(sz: count): Broker::Data
		{ return __record_create(sz); }

	## How many fields a record has.
	function record_size(r: Broker::Data): count
		{ return __record_size(r); }

	## Sets a field; F if there is no such position.
	function record_assign(r: Broker::Data, idx: count, d: any): bool
		{ return __record_assign(r, idx, d); }

	## A field; the result's is unset if there is no such position or nothing at it.
	function record_lookup(r: Broker::Data, idx: count): Broker::Data
		{ return __record_lookup(r, idx); }

	## Walks through the fields of a record, over a copy.
	function record_iterator(r: Broker::Data): opaque of Broker::RecordIterator
		{ return __record_iterator(r); }

	## Whether a walk has passed its last field.
	function record_iterator_last(it: opaque of Broker::RecordIterator): bool
		{ return __record_iterator_last(it); }

	## Goes to the next field; F if there is none.
	function record_iterator_next(it: opaque of Broker::RecordIterator): bool
		{ return __record_iterator_next(it); }

	## The field that a walk is at.
	function record_iterator_value(it: opaque of Broker::RecordIterator): Broker::Data
		{ return __record_iterator_value(it); }
}
