/*
 * Files of other systems under fuzzing: queue_log in its shapes, WebVTT, SubRip, ASS, TSV, Whisper, Deepgram, Amazon Connect, Genesys;
 * whatever the table of formats holds.
 */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reading(SAM_NO_SPAN, SAM_NO_SPAN, (struct sam_span){(const char *)data, size});
    return 0;
}
