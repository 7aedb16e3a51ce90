/*
 * Native messages under fuzzing; the first byte chooses the envelope's kind, so that bodies without one are read as each.
 */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const kinds[] = {"", "conversation", "record", "transcript", "survey", "outcome"};
    size_t kind = size > 0 ? data[0] - (size_t)'0' : 0;
    if (kind >= SAM_COUNT(kinds))
        kind = 0;
    else if (size > 0) {
        data++;
        size--;
    }
    fuzz_reading(sam_span_of(kinds[kind]), SAM_NO_SPAN, (struct sam_span){(const char *)data, size});
    return 0;
}
