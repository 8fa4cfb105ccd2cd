redef exit_only_after_terminate = "yes"; # ERROR
redef exit_only_when_done = T;           # ERROR
redef table_expire_interval = 5;         # ERROR

const servers: set[addr] = { 10.0.0.1, "10.0.0.2" } &redef; # ERROR
redef servers += { 80/tcp };                                # ERROR
