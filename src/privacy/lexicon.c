/*
 * The words that masking knows: numbers, what makes a number an amount, and what makes it somebody's. Data: a word stands in the row of its
 * languages and meaning; of two rows with one word and one language the first counts. The table of slots is filled once, with the mask.
 */
#include "scan.h"

#include <string.h>

/* clang-format off */
static const struct row {
    uint8_t languages, kind, value;
    const char *words; /* parted by blanks, lower case */
} rows[] = {
    {DA, WORD_UNIT, 0, "nul"},
    {DA, WORD_UNIT, 1, "en et én een"},
    {DA, WORD_UNIT, 2, "to"},
    {DA, WORD_UNIT, 3, "tre"},
    {DA, WORD_UNIT, 4, "fire"},
    {DA, WORD_UNIT, 5, "fem"},
    {DA, WORD_UNIT, 6, "seks"},
    {DA, WORD_UNIT, 7, "syv"},
    {DA, WORD_UNIT, 8, "otte"},
    {DA, WORD_UNIT, 9, "ni"},
    {DA, WORD_TEEN, 10, "ti"},
    {DA, WORD_TEEN, 11, "elleve"},
    {DA, WORD_TEEN, 12, "tolv"},
    {DA, WORD_TEEN, 13, "tretten"},
    {DA, WORD_TEEN, 14, "fjorten"},
    {DA, WORD_TEEN, 15, "femten"},
    {DA, WORD_TEEN, 16, "seksten"},
    {DA, WORD_TEEN, 17, "sytten"},
    {DA, WORD_TEEN, 18, "atten"},
    {DA, WORD_TEEN, 19, "nitten"},
    {DA, WORD_TENS, 20, "tyve"},
    {DA, WORD_TENS, 30, "tredive"},
    {DA, WORD_TENS, 40, "fyrre fyrretyve"},
    {DA, WORD_TENS, 50, "halvtreds halvtredsindstyve"},
    {DA, WORD_TENS, 60, "tres tresindstyve"},
    {DA, WORD_TENS, 70, "halvfjerds halvfjerdsindstyve"},
    {DA, WORD_TENS, 80, "firs firsindstyve"},
    {DA, WORD_TENS, 90, "halvfems halvfemsindstyve"},
    {NB | NN, WORD_UNIT, 0, "null"},
    {NB | NN, WORD_UNIT, 1, "en ett ein eitt ei én éin"},
    {NB | NN, WORD_UNIT, 2, "to"},
    {NB | NN, WORD_UNIT, 3, "tre"},
    {NB | NN, WORD_UNIT, 4, "fire"},
    {NB | NN, WORD_UNIT, 5, "fem"},
    {NB | NN, WORD_UNIT, 6, "seks"},
    {NB | NN, WORD_UNIT, 7, "sju syv"},
    {NB | NN, WORD_UNIT, 8, "åtte otte"},
    {NB | NN, WORD_UNIT, 9, "ni"},
    {NB | NN, WORD_TEEN, 10, "ti"},
    {NB | NN, WORD_TEEN, 11, "elleve"},
    {NB | NN, WORD_TEEN, 12, "tolv"},
    {NB | NN, WORD_TEEN, 13, "tretten"},
    {NB | NN, WORD_TEEN, 14, "fjorten"},
    {NB | NN, WORD_TEEN, 15, "femten"},
    {NB | NN, WORD_TEEN, 16, "seksten"},
    {NB | NN, WORD_TEEN, 17, "sytten"},
    {NB | NN, WORD_TEEN, 18, "atten"},
    {NB | NN, WORD_TEEN, 19, "nitten"},
    {NB | NN, WORD_TENS, 20, "tjue tyve"},
    {NB | NN, WORD_TENS, 30, "tretti tredve"},
    {NB | NN, WORD_TENS, 40, "førti"},
    {NB | NN, WORD_TENS, 50, "femti"},
    {NB | NN, WORD_TENS, 60, "seksti"},
    {NB | NN, WORD_TENS, 70, "sytti"},
    {NB | NN, WORD_TENS, 80, "åtti"},
    {NB | NN, WORD_TENS, 90, "nitti"},
    {SV, WORD_UNIT, 0, "noll nolla"},
    {SV, WORD_UNIT, 1, "en ett etta"},
    {SV, WORD_UNIT, 2, "två tvåa"},
    {SV, WORD_UNIT, 3, "tre trea"},
    {SV, WORD_UNIT, 4, "fyra"},
    {SV, WORD_UNIT, 5, "fem femma"},
    {SV, WORD_UNIT, 6, "sex sexa"},
    {SV, WORD_UNIT, 7, "sju sjua"},
    {SV, WORD_UNIT, 8, "åtta"},
    {SV, WORD_UNIT, 9, "nio nia"},
    {SV, WORD_TEEN, 10, "tio"},
    {SV, WORD_TEEN, 11, "elva"},
    {SV, WORD_TEEN, 12, "tolv"},
    {SV, WORD_TEEN, 13, "tretton"},
    {SV, WORD_TEEN, 14, "fjorton"},
    {SV, WORD_TEEN, 15, "femton"},
    {SV, WORD_TEEN, 16, "sexton"},
    {SV, WORD_TEEN, 17, "sjutton"},
    {SV, WORD_TEEN, 18, "arton"},
    {SV, WORD_TEEN, 19, "nitton"},
    {SV, WORD_TENS, 20, "tjugo tjuge"},
    {SV, WORD_TENS, 30, "trettio tretti"},
    {SV, WORD_TENS, 40, "fyrtio förti"},
    {SV, WORD_TENS, 50, "femtio femti"},
    {SV, WORD_TENS, 60, "sextio sexti"},
    {SV, WORD_TENS, 70, "sjuttio sjutti"},
    {SV, WORD_TENS, 80, "åttio åtti"},
    {SV, WORD_TENS, 90, "nittio nitti"},
    {EN, WORD_UNIT, 0, "zero oh o nought naught"},
    {EN, WORD_UNIT, 1, "one"},
    {EN, WORD_UNIT, 2, "two"},
    {EN, WORD_UNIT, 3, "three"},
    {EN, WORD_UNIT, 4, "four"},
    {EN, WORD_UNIT, 5, "five"},
    {EN, WORD_UNIT, 6, "six"},
    {EN, WORD_UNIT, 7, "seven"},
    {EN, WORD_UNIT, 8, "eight"},
    {EN, WORD_UNIT, 9, "nine"},
    {EN, WORD_TEEN, 10, "ten"},
    {EN, WORD_TEEN, 11, "eleven"},
    {EN, WORD_TEEN, 12, "twelve"},
    {EN, WORD_TEEN, 13, "thirteen"},
    {EN, WORD_TEEN, 14, "fourteen"},
    {EN, WORD_TEEN, 15, "fifteen"},
    {EN, WORD_TEEN, 16, "sixteen"},
    {EN, WORD_TEEN, 17, "seventeen"},
    {EN, WORD_TEEN, 18, "eighteen"},
    {EN, WORD_TEEN, 19, "nineteen"},
    {EN, WORD_TENS, 20, "twenty"},
    {EN, WORD_TENS, 30, "thirty"},
    {EN, WORD_TENS, 40, "forty fourty"},
    {EN, WORD_TENS, 50, "fifty"},
    {EN, WORD_TENS, 60, "sixty"},
    {EN, WORD_TENS, 70, "seventy"},
    {EN, WORD_TENS, 80, "eighty"},
    {EN, WORD_TENS, 90, "ninety"},
    {DA, WORD_SCALE, 0, "hundrede hundred tusind tusinde million millioner mio milliard"},
    {NB | NN, WORD_SCALE, 0, "hundre tusen tusind million millioner millionar mill milliard"},
    {SV, WORD_SCALE, 0, "hundra tusen miljon miljoner miljard"},
    {EN, WORD_SCALE, 0, "hundred thousand million millions billion grand k"},
    {DA | NB | NN, WORD_REPEAT, 2, "dobbelt"},
    {SV, WORD_REPEAT, 2, "dubbel dubbelt"},
    {EN, WORD_REPEAT, 2, "double"},
    {EN, WORD_REPEAT, 3, "triple treble"},
    {DA | NB | NN, WORD_AND, 0, "og"},
    {SV, WORD_AND, 0, "och"},
    {EN, WORD_AND, 0, "and"},
    {DA, WORD_FILLER, 0, "øh øhm øhh æh eh hm hmm mm mmh ja nej så altså ok okay jo lige nå da streg bindestreg punktum komma "
     "mellemrum undskyld vent"},
    {NB | NN, WORD_FILLER, 0, "øh øhm eh ehm hm hmm mm ja jo nei så altså ok okay da strek bindestrek punktum komma mellomrom "
     "unnskyld vent"},
    {SV, WORD_FILLER, 0, "öh öhm eh ehm äh hm hmm mm ja jo nej så alltså ok okej då streck bindestreck punkt komma mellanslag "
     "förlåt sen sedan vänta"},
    {EN, WORD_FILLER, 0, "uh um er erm hm hmm mm yes yeah no so ok okay then dash hyphen dot comma space sorry right"},
    {ALL, WORD_AMOUNT, 0, "kr dkk sek nok eur euro usd gbp"},
    {DA, WORD_AMOUNT, 0, "kroner krone kronen øre procent pct dage dag døgn uger uge måneder måned år timer time minutter "
     "minut min sekunder gange stk styk kilometer km meter kilo kg gram liter kvm kvadratmeter point"},
    {NB | NN, WORD_AMOUNT, 0, "kroner krone øre prosent pst dager dag dagar døgn uker uke veker veke måneder måned månader månad år "
     "timer time timar minutter minutt min sekunder ganger gonger stk stykk kilometer km meter kilo kg "
     "gram liter kvm kvadratmeter poeng mil"},
    {SV, WORD_AMOUNT, 0, "kronor krona spänn öre procent dagar dag dygn veckor vecka månader månad år timmar timme minuter "
     "minut min sekunder gånger st styck stycken kilometer km meter kilo kg gram liter kvm kvadratmeter "
     "poäng mil"},
    {EN, WORD_AMOUNT, 0, "kroner kronor pounds pound quid dollars dollar bucks euros cents pence percent days day weeks week "
     "months month years year hours hour minutes minute mins seconds times miles mile km metres meters "
     "kilos kg points"},
    {DA, WORD_ORDER, 0, "ordre ordren ordrenummer ordrenummeret ordrenr ordernummer sag sagsnummer sagsnummeret sagsnr sagen "
     "faktura fakturaen fakturanummer fakturanummeret fakturanr kundenummer kundenummeret kundenr "
     "policenummer policenr police policen reference referencenummer referencenummeret ref booking "
     "bookingnummer bookingnummeret bestilling bestillingsnummer bestillingsnummeret varenummer varenr "
     "serienummer serienummeret pakkenummer pakkenummeret sporingsnummer billetnummer rejsenummer "
     "medlemsnummer medlemsnummeret skadenummer skadesnummer aftalenummer målernummer målernummeret måler "
     "installationsnummer ean kvitteringsnummer kvittering forsendelsesnummer version versionsnummer "
     "modelnummer"},
    {NB | NN, WORD_ORDER, 0, "ordre ordren ordrenummer ordrenummeret ordrenr bestilling bestillinga bestillingen bestillingsnummer "
     "bestillingsnummeret sak saka saken saksnummer saksnummeret saksnr faktura fakturaen fakturanummer "
     "fakturanummeret kundenummer kundenummeret kundenr polisenummer polise referanse referansen "
     "referansenummer referansenummeret ref booking bookingnummer varenummer serienummer sporingsnummer "
     "sporingsnummeret kolli kollinummer medlemsnummer medlemsnummeret skadenummer avtalenummer "
     "målernummer målernummeret måler målepunkt kvittering organisasjonsnummer orgnr kid kidnummer versjon "
     "modellnummer billettnummer"},
    {SV, WORD_ORDER, 0, "order ordern ordernummer ordernumret ordernr beställning beställningen beställningsnummer ärende "
     "ärendet ärendenummer ärendenumret faktura fakturan fakturanummer fakturanumret kundnummer kundnumret "
     "kundnr försäkringsnummer försäkringsnumret referens referensnummer referensnumret ref bokning "
     "bokningen bokningsnummer bokningsnumret artikelnummer serienummer kollinummer kolli sändningsnummer "
     "spårningsnummer medlemsnummer medlemsnumret skadenummer avtalsnummer avtalsnumret mätarnummer mätare "
     "anläggningsnummer organisationsnummer orgnr ocr ocrnummer version modellnummer biljettnummer kvitto"},
    {EN, WORD_ORDER, 0, "order orders case ticket invoice reference ref booking customer policy tracking confirmation serial "
     "claim membership meter item sku version model receipt"},
    {DA, WORD_ORDER, 0,
     "pakke pakken forsendelse forsendelsen"},
    {NB | NN, WORD_ORDER, 0,
     "pakke pakka pakken sending sendinga sendingen"},
    {SV, WORD_ORDER, 0,
     "paket paketet"},
    {EN, WORD_ORDER, 0,
     "parcel package shipment"},
    {DA, WORD_IDENTITY, 0, "cpr cprnummer cprnummeret cprnr personnummer personnummeret fødselsnummer fødselsnummeret"},
    {NB | NN, WORD_IDENTITY, 0, "personnummer personnummeret fødselsnummer fødselsnummeret fødselsnr personnr"},
    {SV, WORD_IDENTITY, 0, "personnummer personnumret personnr samordningsnummer samordningsnumret"},
    {EN, WORD_IDENTITY, 0, "cpr ssn"},
    {DA, WORD_PHONE, 0, "telefonnummer telefonnummeret telefonnr tlf mobilnummer mobilnummeret mobilnr mobil mobilen telefon "
     "telefonen ring ringe træffes fastnet"},
    {NB | NN, WORD_PHONE, 0, "telefonnummer telefonnummeret telefonnr tlf mobilnummer mobilnummeret mobil mobilen telefon "
     "telefonen ring ringe ringje treffast treffes"},
    {SV, WORD_PHONE, 0, "telefonnummer telefonnumret telefonnr tfn tel mobilnummer mobilnumret mobil mobilen telefon "
     "telefonen ring ringa nås"},
    {EN, WORD_PHONE, 0, "phone telephone mobile cell cellphone landline tel call"},
    {DA, WORD_ACCOUNT, 0, "kontonummer kontonummeret kontonr registreringsnummer registreringsnummeret regnr reg iban"},
    {NB | NN, WORD_ACCOUNT, 0, "kontonummer kontonummeret kontonr iban"},
    {SV, WORD_ACCOUNT, 0, "kontonummer kontonumret kontonr clearingnummer clearingnumret clearing bankgiro plusgiro iban"},
    {EN, WORD_ACCOUNT, 0, "iban sortcode routing"},
    {DA, WORD_CARD, 0, "kortnummer kortnummeret kortnr dankort visakort visa mastercard betalingskort kreditkort"},
    {NB | NN, WORD_CARD, 0, "kortnummer kortnummeret kortnr visakort visa mastercard bankkort kredittkort"},
    {SV, WORD_CARD, 0, "kortnummer kortnumret kortnr visakort visa mastercard bankkort kreditkort"},
    {EN, WORD_CARD, 0, "visa mastercard amex"},
    {ALL, WORD_SECRET, 0, "cvc cvv cvv2 pin"},
    {DA, WORD_SECRET, 0, "pinkode pinkoden kontrolcifre kontrolcifrene sikkerhedskode sikkerhedskoden"},
    {NB | NN, WORD_SECRET, 0, "pinkode pinkoden sikkerhetskode sikkerhetskoden kontrollsiffer"},
    {SV, WORD_SECRET, 0, "pinkod pinkoden säkerhetskod säkerhetskoden"},
    {ALL, WORD_CLOCK, 0,
     "klokken kl klokka klockan clock o'clock januar februar marts april maj juni juli august september oktober november "
     "december mars mai desember januari februari augusti january february march may june july october"},
    {DA, WORD_MARK, 0, "jeg ikke det er hvad af"},
    {NB, WORD_MARK, 0, "jeg ikke det er hva av"},
    {NN, WORD_MARK, 0, "eg ikkje det er kva av"},
    {SV, WORD_MARK, 0, "jag inte det är vad av"},
    {EN, WORD_MARK, 0, "the you is it what of"},
};
/* clang-format on */

static uint32_t hash_of(struct sam_span text)
{
    uint32_t hash = SCAN_HASH;
    unsigned char before = 0;
    for (size_t i = 0; i < text.len; i++) {
        hash = scan_hash_step(hash, before, (unsigned char)text.at[i]);
        before = (unsigned char)text.at[i];
    }
    return hash;
}

static uint32_t slot_of(uint32_t hash)
{
    return (hash ^ hash >> 15) % SAM_MASK_SLOTS;
}

/** @return whether text without its case is the word that starts at word and ends with a blank or the end */
static bool same(struct sam_span text, const char *word)
{
    unsigned char before = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (word[i] == 0 || scan_lower(before, c) != (unsigned char)word[i])
            return false;
        before = c;
    }
    return word[text.len] == 0 || word[text.len] == ' ';
}

/** A slot holds the row's number plus one, and where in its words the word starts. */
void scan_index(uint32_t slots[SAM_MASK_SLOTS])
{
    size_t words = 0;
    memset(slots, 0, SAM_MASK_SLOTS * sizeof(slots[0]));
    for (size_t row = 0; row < SAM_COUNT(rows); row++) {
        const char *start = rows[row].words;
        while (*start) {
            size_t len = strcspn(start, " ");
            uint32_t at = slot_of(hash_of((struct sam_span){start, len}));
            while (slots[at] != 0)
                at = (at + 1) % SAM_MASK_SLOTS;
            slots[at] = (uint32_t)(row + 1) << 16 | (uint32_t)(start - rows[row].words);
            SAM_MUST(++words * 2 < SAM_MASK_SLOTS);
            start += len + (start[len] == ' ');
        }
    }
}

bool scan_word_hashed(const struct sam_mask *mask, struct sam_span text, uint32_t hash, uint8_t languages, struct word *out)
{
    if (text.len > 24)
        return false;
    for (uint32_t at = slot_of(hash); mask->slots[at] != 0; at = (at + 1) % SAM_MASK_SLOTS) {
        const struct row *row = &rows[(mask->slots[at] >> 16) - 1];
        if ((row->languages & languages) == 0 || !same(text, row->words + (mask->slots[at] & 0xFFFF)))
            continue;
        *out = (struct word){row->languages, row->kind, row->value};
        return true;
    }
    return false;
}

unsigned scan_marks(const struct sam_mask *mask, struct sam_span text, uint32_t hash, const uint8_t *groups, size_t groups_n)
{
    unsigned marks = 0, known = 0;
    for (uint32_t at = slot_of(hash); mask->slots[at] != 0; at = (at + 1) % SAM_MASK_SLOTS) {
        const struct row *row = &rows[(mask->slots[at] >> 16) - 1];
        if (!same(text, row->words + (mask->slots[at] & 0xFFFF)))
            continue;
        for (size_t g = 0; g < groups_n; g++) {
            if ((row->languages & groups[g]) == 0 || (known >> g & 1U) != 0)
                continue; /* of several rows with this word the first counts, as in scan_word */
            known |= 1U << g;
            marks |= (row->kind == WORD_MARK ? 1U : 0U) << g;
        }
    }
    return marks;
}

bool scan_word(const struct sam_mask *mask, struct sam_span text, uint8_t languages, struct word *out)
{
    return scan_word_hashed(mask, text, hash_of(text), languages, out);
}
