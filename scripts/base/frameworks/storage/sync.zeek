##! Storage that answers at once: a call returns when the backend is done.

@load ./main

module Storage::Sync;

export {
	## Opens a backend for keys and values of the types given. The result's value is the handle that the other functions take.
	global open_backend: function(btype: Storage::Backend, options: Storage::BackendOptions, key_type: any,
	                              val_type: any): Storage::OperationResult;

	## Closes a backend.
	global close_backend: function(backend: opaque of Storage::BackendHandle): Storage::OperationResult;

	## Sets the value of a key.
	global put: function(backend: opaque of Storage::BackendHandle, args: Storage::PutArgs): Storage::OperationResult;

	## Looks up the value of a key; KEY_NOT_FOUND if it has none.
	global get: function(backend: opaque of Storage::BackendHandle, key: any): Storage::OperationResult;

	## Removes a key.
	global erase: function(backend: opaque of Storage::BackendHandle, key: any): Storage::OperationResult;
}

function open_backend(btype: Storage::Backend, options: Storage::BackendOptions, key_type: any,
                      val_type: any): Storage::OperationResult
	{
	return __open_backend(btype, options, key_type, val_type);
	}

function close_backend(backend: opaque of Storage::BackendHandle): Storage::OperationResult
	{
	return __close_backend(backend);
	}

function put(backend: opaque of Storage::BackendHandle, args: Storage::PutArgs): Storage::OperationResult
	{
	return __put(backend, args$key, args$value, args$overwrite, args$expire_time);
	}

function get(backend: opaque of Storage::BackendHandle, key: any): Storage::OperationResult
	{
	return __get(backend, key);
	}

function erase(backend: opaque of Storage::BackendHandle, key: any): Storage::OperationResult
	{
	return __erase(backend, key);
	}
