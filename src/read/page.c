/*
 * Documents in what carries them: the pages of an interface's answer, a stream's or a queue's records with a document as text or base64 in
 * each, a notification. What they are is none of this file's business.
 */
#include "vcon.h"

const struct sam_json *read_page_first(const struct reader *r)
{
    static const char *const lists[] = {"conversations", "entities", "Contacts", "items",   "results",
                                        "records",       "data",     "Records",  "Messages"};
    struct sam_span text;
    if (!r->json || r->json->type != SAM_JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < SAM_COUNT(lists); i++) {
        const struct sam_json *list = sam_json_get(r->json, lists[i]);
        if (list && list->type == SAM_JSON_ARRAY && list->first && list->first->type == SAM_JSON_OBJECT)
            return list->first;
    }
    return read_carried(r->json, &text) ? r->json : NULL;
}

/** The ways in which a document is carried as text: its member, and one that must stand beside it. */
static const struct carrier {
    const char *in; /* the object that holds both; NULL: the item itself */
    const char *text, *beside;
    bool base64;
} carriers[] = {
    {"kinesis", "data", "sequenceNumber", true}, /* what Lambda gets of a stream */
    {NULL, "data", "recordId", true},            /* of a delivery stream */
    {NULL, "Data", "SequenceNumber", true},      /* get-records */
    {NULL, "body", "messageId", false},          /* what Lambda gets of a queue */
    {NULL, "Body", "ReceiptHandle", false},      /* receive-message */
    {"Sns", "Message", "MessageId", false},      /* what Lambda gets of a topic */
    {NULL, "Message", "TopicArn", false},        /* what a topic sends */
};

const struct carrier *read_carried(const struct sam_json *item, struct sam_span *text)
{
    for (size_t i = 0; i < SAM_COUNT(carriers); i++) {
        const struct sam_json *in = carriers[i].in ? sam_json_get(item, carriers[i].in) : item;
        *text = sam_json_text(in, carriers[i].text);
        if (text->len > 0 && sam_json_get(in, carriers[i].beside))
            return &carriers[i];
    }
    return NULL;
}

enum sam_code read_carried_open(struct reader *r, const struct carrier *by, struct sam_span *text, struct sam_err *err)
{
    if (by->base64)
        *text = vcon_base64(r, *text);
    if (r->full)
        return sam_arena_full(r->arena, err);
    if (text->len == 0)
        return sam_fail(err, SAM_BAD_INPUT, "%s: not base64", by->text);
    return read_unpack(r, text, err);
}
