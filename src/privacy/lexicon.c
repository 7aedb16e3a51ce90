/*
 * The words that masking knows: numbers, what makes a number an amount, and what makes it somebody's. Data: a word stands in the row of its
 * languages and meaning; of two rows with one word and one language the first counts. Rows of no language (first) say what a word is
 * besides. The table of slots is filled once, with the mask.
 */
#include "scan.h"

#include <string.h>

/* clang-format off */
static const struct row {
    uint8_t languages, kind, value;
    const char *words; /* parted by blanks, lower case */
} rows[] = {
    {0, WORD_OTHER, EXTRA_PAIR, "fire fyra four fem sidste siste sista last security insurance number code account card nummer nr ending cifre siffer siffrene sifrene siffror siffrorna digits licence license mitt back"},
    {0, WORD_OTHER, EXTRA_HOUSE | EXTRA_NUMBER, "nr nummer"},
    {0, WORD_OTHER, EXTRA_KEY, "sidste siste sista last security insurance number code account card nummer nr ending cifre siffer siffrene sifrene siffror siffrorna digits licence license mitt back p"},
    {0, WORD_OTHER, EXTRA_SIGN, "snabela snabel krøllalfa alfakrøll at"},
    {0, WORD_OTHER, EXTRA_DOT, "punktum punkt prikk dot"},
    {0, WORD_OTHER, EXTRA_JOIN, "understreg underscore understreck understrek bindestreg bindestrek bindestreck streg strek streck minus dash hyphen"},
    {0, WORD_OTHER, EXTRA_STREET, "park hill place pl row walk highway parade way close court square drive st rd ave blvd street road avenue lane grove mews gardens crescent "
     "terrace boulevard"},
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
    {SV, WORD_TENS, 40, "fyrtio förti fyrti"},
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
    {DA, WORD_SCALE, 100, "hundrede hundred"},
    {DA, WORD_SCALE, 0, "tusind tusinde million millioner mio milliard"},
    {NB | NN, WORD_SCALE, 100, "hundre"},
    {NB | NN, WORD_SCALE, 0, "tusen tusind million millioner millionar mill milliard"},
    {SV, WORD_SCALE, 100, "hundra"},
    {SV, WORD_SCALE, 0, "tusen miljon miljoner miljard"},
    {EN, WORD_SCALE, 100, "hundred"},
    {EN, WORD_SCALE, 0, "thousand million millions billion grand k"},
    {NORDIC, WORD_ORDINAL, 1, "første fyrste första förste"},
    {NORDIC, WORD_ORDINAL, 2, "anden andet andre andra"},
    {NORDIC, WORD_ORDINAL, 3, "tredje"},
    {NORDIC, WORD_ORDINAL, 4, "fjerde fjärde"},
    {NORDIC, WORD_ORDINAL, 5, "femte"},
    {NORDIC, WORD_ORDINAL, 6, "sjette sjätte"},
    {NORDIC, WORD_ORDINAL, 7, "syvende sjuende sjuande sjunde"},
    {NORDIC, WORD_ORDINAL, 8, "ottende åttende åttande åttonde"},
    {NORDIC, WORD_ORDINAL, 9, "niende niande nionde"},
    {NORDIC, WORD_ORDINAL, 10, "tiende tiande tionde"},
    {NORDIC, WORD_ORDINAL, 11, "ellevte elvte elfte"},
    {NORDIC, WORD_ORDINAL, 12, "tolvte tolfte"},
    {NORDIC, WORD_ORDINAL, 13, "trettende trettande trettonde"},
    {NORDIC, WORD_ORDINAL, 14, "fjortende fjortande fjortonde"},
    {NORDIC, WORD_ORDINAL, 15, "femtende femtande femtonde"},
    {NORDIC, WORD_ORDINAL, 16, "sekstende sekstande sextonde"},
    {NORDIC, WORD_ORDINAL, 17, "syttende syttande sjuttonde"},
    {NORDIC, WORD_ORDINAL, 18, "attende attande artonde"},
    {NORDIC, WORD_ORDINAL, 19, "nittende nittande nittonde"},
    {NORDIC, WORD_ORDINAL, 20, "tyvende tjuende tjuande tjugonde"},
    {NORDIC, WORD_ORDINAL, 21, "enogtyvende tjueførste tjugoförsta"},
    {NORDIC, WORD_ORDINAL, 22, "toogtyvende tjueandre tjugoandra"},
    {NORDIC, WORD_ORDINAL, 23, "treogtyvende tjuetredje tjugotredje"},
    {NORDIC, WORD_ORDINAL, 24, "fireogtyvende tjuefjerde tjugofjärde"},
    {NORDIC, WORD_ORDINAL, 25, "femogtyvende tjuefemte tjugofemte"},
    {NORDIC, WORD_ORDINAL, 26, "seksogtyvende tjuesjette tjugosjätte"},
    {NORDIC, WORD_ORDINAL, 27, "syvogtyvende tjuesjuende tjuesyvende tjugosjunde"},
    {NORDIC, WORD_ORDINAL, 28, "otteogtyvende tjueåttende tjugoåttonde"},
    {NORDIC, WORD_ORDINAL, 29, "niogtyvende tjueniende tjugonionde"},
    {NORDIC, WORD_ORDINAL, 30, "tredivte trettiende trettiande trettionde"},
    {NORDIC, WORD_ORDINAL, 31, "enogtredivte trettiførste trettioförsta"},
    {DA | NB | NN, WORD_REPEAT, 2, "dobbelt dobbel"},
    {DA | NB | NN | SV, WORD_REPEAT, 3, "tripel trippel tripple"},
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
    {EN, WORD_FILLER, 0, "uh um er erm hm hmm mm wait hang yes yeah no so ok okay then dash hyphen dot comma space sorry right"},
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
     "medlemsnummer medlemsnummeret skadenummer skadesnummer aftalenummer aftalenr aftale aftalen målernummer målernummeret måler "
     "installationsnummer ean kvitteringsnummer kvittering forsendelsesnummer version versionsnummer "
     "modelnummer"},
    {NB | NN, WORD_ORDER, 0, "ordre ordren ordrenummer ordrenummeret ordrenr bestilling bestillinga bestillingen bestillingsnummer "
     "bestillingsnummeret sak saka saken saksnummer saksnummeret saksnr faktura fakturaen fakturanummer "
     "fakturanummeret kundenummer kundenummeret kundenr polisenummer polise referanse referansen "
     "referansenummer referansenummeret ref booking bookingnummer varenummer serienummer sporingsnummer "
     "sporingsnummeret kolli kollinummer medlemsnummer medlemsnummeret skadenummer avtalenummer avtalenr avtale avtalen "
     "målernummer målernummeret måler målepunkt kvittering organisasjonsnummer orgnr kid kidnummer versjon "
     "modellnummer billettnummer"},
    {SV, WORD_ORDER, 0, "order ordern ordernummer ordernumret ordernr beställning beställningen beställningsnummer ärende "
     "ärendet ärendenummer ärendenumret faktura fakturan fakturanummer fakturanumret kundnummer kundnumret "
     "kundnr försäkringsnummer försäkringsnumret referens referensnummer referensnumret ref bokning "
     "bokningen bokningsnummer bokningsnumret artikelnummer serienummer kollinummer kolli sändningsnummer "
     "spårningsnummer medlemsnummer medlemsnumret skadenummer avtalsnummer avtalsnumret avtal avtalet mätarnummer mätare "
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
    {DA, WORD_DOCUMENT, 0, "pas passet pasnummer pasnummeret kørekortnummer kørekort"},
    {NB | NN, WORD_DOCUMENT, 0, "pass passet passnummer passnummeret førerkortnummer førerkort"},
    {SV, WORD_DOCUMENT, 0, "pass passet passnummer passnumret körkortsnummer körkort"},
    {EN, WORD_DOCUMENT, 0, "passport"},
    {DA, WORD_PHONE, 0, "telefonnummer telefonnummeret telefonnr tlf mobilnummer mobilnummeret mobilnr mobil mobilen telefon "
     "telefonen ring ringe træffes fastnet"},
    {NB | NN, WORD_PHONE, 0, "telefonnummer telefonnummeret telefonnr tlf mobilnummer mobilnummeret mobil mobilen telefon "
     "telefonen ring ringe ringje treffast treffes"},
    {SV, WORD_PHONE, 0, "telefonnummer telefonnumret telefonnr tfn tel mobilnummer mobilnumret mobil mobilen telefon "
     "telefonen ring ringa nås"},
    {EN, WORD_PHONE, 0, "phone telephone mobile cell cellphone landline tel call"},
    {DA, WORD_ACCOUNT, 0, "kontonummer kontonummeret kontonr registreringsnummer registreringsnummeret regnr regnummer regnummeret reg iban"},
    {NB | NN, WORD_ACCOUNT, 0, "kontonummer kontonummeret kontonr iban"},
    {SV, WORD_ACCOUNT, 0, "kontonummer kontonumret kontonr clearingnummer clearingnumret clearing bankgiro bankgirot plusgiro plusgirot postgiro postgirot iban"},
    {EN, WORD_ACCOUNT, 0, "iban sortcode routing"},
    {DA, WORD_BANK, 0, "konto kontoen bankkonto"},
    {NB | NN, WORD_BANK, 0, "konto kontoen bankkonto"},
    {SV, WORD_BANK, 0, "konto kontot bankkonto"},
    {EN, WORD_BANK, 0, "account"},
    {DA, WORD_CARD, 0, "kortnummer kortnummeret kortnr dankort visakort visa mastercard betalingskort kreditkort"},
    {NB | NN, WORD_CARD, 0, "kortnummer kortnummeret kortnr visakort visa mastercard bankkort kredittkort"},
    {SV, WORD_CARD, 0, "kortnummer kortnumret kortnr visakort visa mastercard bankkort kreditkort"},
    {EN, WORD_CARD, 0, "visa mastercard amex"},
    {ALL, WORD_SECRET, 0, "cvc cvv cvv2 pin"},
    {DA, WORD_SECRET, 0, "pinkode pinkoden kontrolcifre kontrolcifrene sikkerhedskode sikkerhedskoden trecifret trecifrede bagpå bagsiden"},
    {NB | NN, WORD_SECRET, 0, "tresifret tresifrede bakpå baksiden baksida pinkode pinkoden sikkerhetskode sikkerhetskoden tryggleikskode tryggleikskoden kontrollsiffer kontrollsifre "
     "kontrollsifrene kontrollsiffera"},
    {SV, WORD_SECRET, 0, "pinkod pinkoden säkerhetskod säkerhetskoden tresiffrig tresiffriga baksidan"},
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

/* A slot holds the row's number plus one, where in its words the word starts, and some bits of its hash. */
#define ROW_AT  23
#define WORD_AT 11
#define LOW     0x7FFU
#define OFFSET  0xFFFU

static struct sam_span first_word(const char *words)
{
    return (struct sam_span){words, strcspn(words, " ")};
}

static const char *behind(struct sam_span word)
{
    return word.at + word.len + (word.at[word.len] == ' ');
}

void scan_index(struct sam_mask *mask)
{
    size_t words = 0;
    _Static_assert(SAM_COUNT(rows) < 511, "a row's number has nine bits");
    for (size_t row = 0; row < SAM_COUNT(rows); row++) {
        for (struct sam_span word = first_word(rows[row].words); word.len > 0; word = first_word(behind(word))) {
            uint64_t hash = scan_hash(word);
            uint32_t slot = scan_slot(hash);
            while (mask->slots[slot] != 0)
                slot = (slot + 1) % SAM_MASK_SLOTS;
            mask->slots[slot] = (uint32_t)(row + 1) << ROW_AT | (uint32_t)(word.at - rows[row].words) << WORD_AT | ((uint32_t)hash & LOW);
            SAM_MUST(++words * 2 < SAM_MASK_SLOTS && (size_t)(word.at - rows[row].words) <= OFFSET);
        }
    }
}

bool scan_word_hashed(const struct sam_mask *mask, struct sam_span text, uint64_t hash, uint8_t languages, struct word *out)
{
    *out = (struct word){0};
    if (text.len > 24)
        return false;
    for (uint32_t slot = scan_slot(hash); mask->slots[slot] != 0; slot = (slot + 1) % SAM_MASK_SLOTS) {
        uint32_t found = mask->slots[slot];
        const struct row *row = &rows[(found >> ROW_AT) - 1];
        if (((found ^ (uint32_t)hash) & LOW) != 0 || (row->languages != 0 && (row->languages & languages) == 0) ||
            !same(text, row->words + (found >> WORD_AT & OFFSET)))
            continue;
        if (row->languages == 0) {
            out->extra |= row->value;
            continue;
        }
        out->kind = row->kind;
        out->value = row->value;
        return true;
    }
    return false;
}

bool scan_word(const struct sam_mask *mask, struct sam_span text, uint8_t languages, struct word *out)
{
    return scan_word_hashed(mask, text, scan_hash(text), languages, out);
}

/* ---- all words --------------------------------------------------------------------------------------------------------- */

/** Calls each for left, middle and right as one word. @return what it says; true for what is too long to be one */
static bool made_of(struct sam_span left, const char *middle, struct sam_span right, scan_each *each, struct sam_mask *mask)
{
    char word[64];
    size_t between = strlen(middle), n = left.len + between + right.len;
    if (n > 32)
        return true;
    memcpy(word, left.at, left.len);
    memcpy(word + left.len, middle, between);
    if (right.len > 0)
        memcpy(word + left.len + between, right.at, right.len);
    return each(mask, (struct sam_span){word, n});
}

/** The number words made of a word of a row with units and one of a row with tens, or of zero and a unit. */
static bool compounds_of(const struct row *units, const struct row *others, scan_each *each, struct sam_mask *mask)
{
    bool zero = others->kind == WORD_UNIT, well = true;
    for (struct sam_span unit = first_word(units->words); unit.len > 0; unit = first_word(behind(unit))) {
        for (struct sam_span other = first_word(others->words); other.len > 0; other = first_word(behind(other))) {
            well = well && made_of(other, "", unit, each, mask);
            if (!zero && (units->languages & NORDIC & ~SV) && (others->languages & NORDIC & ~SV))
                well = well && made_of(unit, "og", other, each, mask);
        }
    }
    return well;
}

/** Number words with a hundred in them, "trehundra", "hundreogtolv": made of a hundred and what stands before and behind. */
static bool hundreds_of(const struct row *below, scan_each *each, struct sam_mask *mask)
{
    static const char *const hundreds[] = {"hundra", "hundre", "hundrede"};
    bool well = true;
    for (size_t h = 0; h < SAM_COUNT(hundreds); h++) {
        struct sam_span hundred = sam_span_of(hundreds[h]);
        for (struct sam_span word = first_word(below->words); word.len > 0; word = first_word(behind(word))) {
            well = well && made_of(hundred, "", word, each, mask) && made_of(hundred, "og", word, each, mask);
            if (below->kind != WORD_TENS)
                well = well && made_of(word, hundreds[h], SAM_NO_SPAN, each, mask);
        }
    }
    return well;
}

/** Danish and Norwegian are in force together where few words tell them apart. */
static uint8_t with_neighbours(uint8_t languages)
{
    return (languages & (DA | NB | NN)) ? languages | DA | NB | NN : languages;
}

/** The words of a row, and those made of them. */
static bool words_of(const struct row *row, scan_each *each, struct sam_mask *mask)
{
    bool well = true;
    for (struct sam_span word = first_word(row->words); word.len > 0; word = first_word(behind(word)))
        well = well && each(mask, word);
    for (size_t other = 0; row->kind == WORD_UNIT && other < SAM_COUNT(rows); other++) {
        bool second = rows[other].kind == WORD_TENS || (rows[other].kind == WORD_UNIT && rows[other].value == 0);
        if (second && (rows[other].languages & with_neighbours(row->languages)))
            well = well && compounds_of(row, &rows[other], each, mask);
    }
    bool below = row->kind >= WORD_UNIT && row->kind <= WORD_TENS && (row->languages & NORDIC);
    return well && (!below || hundreds_of(row, each, mask));
}

bool scan_each_word(scan_each *each, struct sam_mask *mask)
{
    bool well = true;
    for (size_t row = 0; well && row < SAM_COUNT(rows); row++)
        well = words_of(&rows[row], each, mask);
    return well;
}
