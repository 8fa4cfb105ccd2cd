##! What the default mode loads on top of init-bare: the utility functions, the log of the reporter and the version record.

@load base/utils/active-http
@load base/utils/addrs
@load base/utils/backtrace
@load base/utils/conn-ids
@load base/utils/dir
@load base/utils/directions-and-hosts
@load base/utils/email
@load base/utils/exec
@load base/utils/files
@load base/utils/geoip-distance
@load base/utils/hash_hrw
@load base/utils/numbers
@load base/utils/packages
@load base/utils/paths
@load base/utils/patterns
@load base/utils/queue
@load base/utils/site
@load base/utils/strings
@load base/utils/thresholds
@load base/utils/time
@load base/utils/urls

@load base/frameworks/cluster
@load base/protocols/conn
@load base/protocols/ssh
@load base/frameworks/config
@load base/frameworks/reporter

@load base/misc/version
@load base/frameworks/telemetry
@load base/frameworks/notice
@load base/frameworks/software
@load base/frameworks/sumstats
@load base/frameworks/intel
