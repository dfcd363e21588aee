# A thin caller of bin/dev, which works without make. Arguments: make test ARGS=…
.PHONY: help run shop stop install lan test test-next test-faults test-image test-running simulate lint fmt bench bench-books bench-close bench-reports bench-till guards screenshots backup lock audit setup

help run shop stop install lan test test-next test-faults test-image test-running simulate lint fmt bench bench-books bench-close bench-reports bench-till guards screenshots backup lock audit setup:
	@bin/dev $@ $(ARGS)
