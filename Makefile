# The commands; everything is done by lachan.sh, which needs no make.
.PHONY: help run test check bench-tracing

help:
	@./lachan.sh help

run:
	@./lachan.sh run

test:
	@./lachan.sh test

check:
	@./lachan.sh check

bench-tracing:
	@./lachan.sh bench tracing
