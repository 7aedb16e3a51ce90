/*
 * A vCon's parties. Indexes hold: every element gives a party, an empty or broken one a blank party.
 */
#include "vcon.h"

static struct sam_span without(struct sam_span text, const char *prefix)
{
    struct sam_span p = sam_span_of(prefix);
    text = sam_span_trim(text);
    if (text.len > p.len && sam_span_is_nocase((struct sam_span){text.at, p.len}, prefix))
        return (struct sam_span){text.at + p.len, text.len - p.len};
    return text;
}

static enum sam_role role_of(struct vcon *v, const struct sam_json *party, const struct place *at)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    struct sam_span word = sam_json_text(party, "role");
    if (word.len == 0)
        word = sam_json_text(sam_json_get(party, "meta"), "role");
    if (word.len == 0 && sam_span_is_nocase(sam_json_text(party, "type"), "bot"))
        return SAM_ROLE_BOT;
    if (word.len > 0 && !read_role_find(word, &role)) {
        read_warn(v->r, v->record, "party.role_unknown", KEY(at, "role"));
        return SAM_ROLE_OTHER;
    }
    return role;
}

/** The stable id: uuid, id, else an address. */
static struct sam_span party_id(struct vcon *v, const struct sam_json *party, const struct place *at)
{
    static const char *const keys[] = {"uuid", "id", "mailto", "email", "tel", "sip"};
    for (size_t i = 0; i < SAM_COUNT(keys); i++) {
        struct sam_span id = read_name(v->r, v->record, sam_json_get(party, keys[i]), KEY(at, keys[i]));
        if (id.len > 0)
            return read_id_canonical(v->r, without(without(id, "mailto:"), "tel:"));
    }
    return SAM_NO_SPAN;
}

static void customer(struct vcon *v, const struct sam_json *party, const struct sam_party *known)
{
    struct sam_record *record = v->record->record;
    struct sam_span email = sam_json_text(party, "mailto");
    record->customer_phone = without(sam_json_text(party, "tel"), "tel:");
    record->customer_email = without(email.len > 0 ? email : sam_json_text(party, "email"), "mailto:");
    record->customer_id = known->id;
    record->customer_country = record->customer_phone.len > 0 ? v->r->set->country : SAM_NO_SPAN;
}

enum sam_code vcon_parties(struct vcon *v, struct sam_err *err)
{
    struct reader *r = v->r;
    const struct sam_json *list = read_list(r, v->record, sam_json_get(v->root, "parties"), KEY(NULL, "parties"));
    if (!list)
        return SAM_OK;
    enum sam_code code = read_within(list->n, r->set->parties_max, "parties", err);
    if (code != SAM_OK)
        return code;
    v->parties = read_take(r, list->n, sizeof(*v->parties));
    if (!v->parties)
        return sam_arena_full(r->arena, err);
    bool have_customer = false;
    for (const struct sam_json *item = list->first; item; item = item->next) {
        const struct place *at = ITEM(NULL, "parties", v->parties_n);
        struct sam_party *party = &v->parties[v->parties_n++];
        const struct sam_json *object = read_object(r, v->record, item, at);
        if (!object)
            continue;
        party->role = role_of(v, object, at);
        party->id = party_id(v, object, at);
        party->name = read_name(r, v->record, sam_json_get(object, "name"), KEY(at, "name"));
        if (party->role == SAM_ROLE_CUSTOMER && !have_customer) {
            customer(v, object, party);
            have_customer = true;
        }
    }
    return SAM_OK;
}

int32_t vcon_party(struct vcon *v, const struct sam_json *value, const struct place *at)
{
    int64_t index = 0;
    if (read_is_null(value))
        return -1;
    if (v->parties_n > 0 && sam_json_int(value, false, 0, (int64_t)v->parties_n - 1, &index))
        return (int32_t)index;
    read_warn(v->r, v->record, "party.out_of_range", at);
    return -1;
}
