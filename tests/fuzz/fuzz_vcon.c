/*
 * vCons under fuzzing, with all shapes of transcripts inside.
 */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reading(SAM_NO_SPAN, (struct sam_span){(const char *)data, size});
    return 0;
}
