# The two commands; everything is done by lachan.sh, which needs no make.
.PHONY: help run test check

help:
	@./lachan.sh help

run:
	@./lachan.sh run

test:
	@./lachan.sh test

check:
	@./lachan.sh check
