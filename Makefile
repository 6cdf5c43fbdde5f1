# The commands; everything is done by lachan.sh, which needs no make.
.PHONY: help run test check conformance bench-tracing bench-gate

help:
	@./lachan.sh help

run:
	@./lachan.sh run

test:
	@./lachan.sh test

check:
	@./lachan.sh check

conformance:
	@./lachan.sh conformance

bench-tracing:
	@./lachan.sh bench tracing

bench-gate:
	@./lachan.sh bench gate
