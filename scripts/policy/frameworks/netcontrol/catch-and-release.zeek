##! Catch and release: see base/frameworks/netcontrol/catch-and-release, which 2.6 loads along with the framework.

@load base/frameworks/netcontrol/catch-and-release
