/*
 * One reader under fuzzing: the format named READER is asked first whatever the input looks like. Built once for each row of the table.
 */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reading(SAM_NO_SPAN, SAM_SPAN(READER), (struct sam_span){(const char *)data, size});
    return 0;
}
