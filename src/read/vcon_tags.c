/*
 * vCon attachments that are tags ("key:value" texts, often JSON inside a text): those that the configuration knows tell the outcome, or
 * what the customer answered.
 */
#include "vcon.h"

#include <string.h>

/** The list in an attachment's body, which may be a JSON text of it. NULL when it is none */
static const struct sam_json *list_of(struct vcon *v, const struct sam_json *body)
{
    const struct sam_json_limits limits = {v->r->set->json_depth, v->r->set->json_nodes};
    struct sam_json_notes notes = {0};
    const struct sam_json *inner = NULL;
    struct sam_err err;
    if (body && body->type == SAM_JSON_STRING) {
        if (sam_json_read(v->r->arena, body->text, &limits, &inner, &notes, NULL, &err) == SAM_OK)
            body = inner;
        else if (err.code == SAM_NO_MEMORY)
            v->r->full = true;
    }
    return body && body->type == SAM_JSON_ARRAY ? body : NULL;
}

/** "key:value", or a word alone. */
static void tag_of(struct vcon *v, struct sam_span tag)
{
    const char *colon = tag.len > 0 ? memchr(tag.at, ':', tag.len) : NULL;
    if (!colon)
        read_outcome(v->r, v->record, tag);
    else
        read_attribute(v->r, v->record, (struct sam_span){tag.at, (size_t)(colon - tag.at)},
                       (struct sam_span){colon + 1, tag.len - (size_t)(colon - tag.at) - 1});
}

void vcon_tags(struct vcon *v)
{
    const struct sam_json *attachments = sam_json_get(v->root, "attachments");
    bool asked = v->r->set->maps[SAM_MAP_OUTCOMES].n > 0 || v->r->set->maps[SAM_MAP_SURVEYS].n > 0;
    if (!asked || !attachments || attachments->type != SAM_JSON_ARRAY)
        return;
    for (const struct sam_json *a = attachments->first; a; a = a->next) {
        bool tags = sam_span_is(sam_json_text(a, "purpose"), "tags") || sam_span_is(sam_json_text(a, "type"), "tags");
        const struct sam_json *list = tags ? list_of(v, sam_json_get(a, "body")) : NULL;
        for (const struct sam_json *tag = list ? list->first : NULL; tag; tag = tag->next) {
            if (tag->type == SAM_JSON_STRING)
                tag_of(v, tag->text);
        }
    }
}
