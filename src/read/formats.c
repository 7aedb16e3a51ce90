/*
 * The table of formats, in the order of detection. A new format is one file and one row here.
 */
#include "reader.h"

const struct format *const read_formats[] = {
    &format_vcon,      &format_connect,       &format_lens,   &format_lens_live, &format_transcribe, &format_genesys_transcript,
    &format_genesys,   &format_genesys_event, &format_native, &format_whisper,   &format_deepgram,   &format_timed_text,
    &format_queue_log, &format_cdr,           &format_cel,    &format_known,
};
const size_t read_formats_n = SAM_COUNT(read_formats);
