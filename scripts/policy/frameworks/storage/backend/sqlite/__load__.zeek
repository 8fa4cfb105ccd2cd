##! The SQLite backend of the storage framework.
@load ./main
