##! Postprocessors that send rotated logs to other hosts.

@load ./scp
@load ./sftp
