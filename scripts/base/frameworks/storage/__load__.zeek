##! Key-value storage: asynchronous and synchronous access to backends.
@load ./async
@load ./main
@load ./sync
