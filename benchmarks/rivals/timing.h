/* How everything here is timed: see benchmarks/timing.py. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LOOP_SECONDS 0.05

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double loop(long count, void (*operation)(void)) {
    double start = cpu_seconds();
    for (long i = 0; i < count; i++) operation();
    return cpu_seconds() - start;
}

static void report(const char *name, long size, void (*operation)(void)) {
    operation();
    long count = 1;
    double spent = loop(count, operation);
    while (spent < LOOP_SECONDS) {
        double factor = LOOP_SECONDS / (spent > 1e-6 ? spent : 1e-6) * 1.1;
        long more = (long)(count * (factor < 1000 ? factor : 1000));
        count = more > count ? more : count + 1;
        spent = loop(count, operation);
    }
    double value = count / spent;
    printf("{\"operation\": \"%s\", \"value\": %.3f, \"unit\": \"%s\"}\n", name,
           size ? value * size / 1e6 : value, size ? "MB/s" : "/s");
    fflush(stdout);
}

static void must(int good, const char *what) {
    if (!good) {
        fprintf(stderr, "failed: %s\n", what);
        exit(1);
    }
}
