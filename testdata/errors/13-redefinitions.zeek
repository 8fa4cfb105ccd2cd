global a = 1;
global a = "again"; # ERROR
const c = 5;
redef c = 6;             # ERROR
redef unknown_const = 7; # ERROR

type R: record { x: count; };
redef record R += { x: string &optional; }; # ERROR
redef record S += { y: count &optional; };  # ERROR
