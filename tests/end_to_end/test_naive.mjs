#!/usr/bin/env node
// naive: ten thousand random conversations through the real daemon; then each figure of the page is what a naive count of the facts gives (tests/lib/naive.sql), and every
// sum what `samtaled verify` computes: also after random late parts and newer versions, after scoring anew with another pack, and after erasures.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, dir, drained, needPostgres, run, sql, top } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const N = Number(process.env.NAIVE_N ?? 10000)
let state = 20260302
const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648
const below = (n) => Math.floor(random() * n)
const pick = (list) => list[below(list.length)]
const perhaps = (share, value) => (random() < share ? value : undefined)

const SAID = [
    ['customer', ['What is my balance?', 'My father died last week and I do not know what to do.', 'We are having a baby in June.', 'I am so tired of this, it is the third time I call.',
        'I am thinking of leaving you for another company.', 'Thank you, that was a great help.', 'What does it cost?']],
    ['agent', ['May I ask what makes you think about it now?', 'I am so sorry to hear that.', 'It is 736,456 kroner.', 'Can you give me your number, please?', 'How can I help you today?',
        'I would advise you to wait until the autumn.', 'That is not possible.', 'I will call you back tomorrow.', 'Is there anything else?']]
]
const FIRST = Date.UTC(2026, 2, 2), SPAN = 90 * 86400
const iso = (s) => new Date(FIRST + s * 1000).toISOString()
function leg(at, last) {
    const disposition = last ? pick(['answered', 'answered', 'answered', 'answered', 'abandoned', 'short_abandon', 'voicemail', 'callback', 'timeout']) : 'answered'
    const wait = below(90), taken = disposition === 'answered', talk = 20 + below(600), known = random() < 0.95
    return { queue: pick(['North', 'South', 'Post']), agent: taken ? `a${below(30)}` : undefined, team: taken ? pick(['One', 'Two']) : undefined, queued_at: iso(at), answered_at: taken ? iso(at + wait) : undefined,
        ended_at: iso(at + wait + (taken ? talk : 0)), wait_ms: perhaps(0.95, wait * 1000), talk_ms: taken && known ? talk * 1000 : undefined, hold_ms: taken ? perhaps(0.5, below(3) * 7000) : undefined,
        wrap_ms: taken ? perhaps(0.9, below(90000)) : undefined, disposition, transfer: last ? undefined : pick(['blind', 'attended', 'queue']) }
}
function call(n, version = 1) {
    const at = below(SPAN), legs = random() < 0.1 ? [leg(at, false), leg(at + 700, true)] : [leg(at, true)]
    const talked = legs[0].disposition === 'answered' && random() < 0.7
    const turns = talked ? Array.from({ length: 4 + below(8) }, (_, i) => ({ i, party: i % 2 ? 0 : 1, start_ms: i * 5000, end_ms: i * 5000 + 4000, text: pick(SAID[i % 2][1]) })) : undefined
    return { kind: talked ? 'conversation' : 'record', source: 'pbx', id: `c${n}`, version, channel: pick(['voice', 'voice', 'chat', 'email']), direction: random() < 0.92 ? 'inbound' : 'outbound', language: 'en',
        customer: perhaps(0.8, { id: `k${below(3000)}` }), offered_at: iso(at), ended_at: legs[legs.length - 1].ended_at, legs, turns,
        parties: [{ id: legs[0].agent, role: 'agent', team: legs[0].team }, { role: 'customer' }] }
}
const survey = (n, version) => ({ kind: 'survey', source: 'pbx', id: `c${n}`, version, survey: { id: 's', nps: perhaps(0.7, below(11)), csat: perhaps(0.7, { score: 1 + below(5), min: 1, max: 5 }),
    ces: perhaps(0.5, { score: 1 + below(7), min: 1, max: 7, reversed: random() < 0.3 }), answered_at: iso(below(SPAN)) } })
const outcome = (n, version) => ({ kind: 'outcome', source: 'pbx', id: `c${n}`, version, outcome: { id: 'o', resolved: perhaps(0.8, random() < 0.7), churned: perhaps(0.6, random() < 0.1), winback: perhaps(0.3, random() < 0.4), at: iso(below(SPAN)) } })

const daemon = await Daemon.make({ numbers: { time_zone: 'Europe/Copenhagen' }, nightly: { verify: 'no' } })
atEnd(() => daemon.finish())
const go = (...words) => run([...words, '--config', daemon.config], { stdio: ['ignore', 'pipe', 'ignore'] })
const file = path.join(dir, 'naive.jsonl')
async function feed(messages) {
    writeFileSync(file, messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
    run(['import', '--config', daemon.config, file], { stdio: ['ignore', 'ignore', 'ignore'] })
    await drained(300)
}
function agree() {
    const said = execFileSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', path.join(top, 'tests/lib/naive.sql')], { encoding: 'utf8', maxBuffer: 1 << 26 })
    assert.ok(said.includes('1..4') && !/^not ok/m.test(said), said.slice(0, 4000))
    assert.equal(go('verify'), '')
}

await test(`${N} random conversations, many with answers and outcomes, give figures that a naive count gives`, async () => {
    await daemon.start()
    const calls = Array.from({ length: N }, (_, n) => call(n))
    const rest = Array.from({ length: N / 4 }, () => (random() < 0.5 ? survey : outcome)(below(N), 1))
    await feed([...calls, ...rest].sort(() => random() - 0.5))
    assert.equal(sql('select count(*) from samtale.conversation'), String(N))
    assert.equal(sql('select count(*) from samtale.dead_letter'), '0')
    agree()
})
await test('so they do after late parts and newer versions of a tenth of them, older ones among these', async () => {
    await feed(Array.from({ length: N / 10 }, () => { const n = below(N); return pick([() => call(n, 2), () => call(n, 0), () => survey(n, 2), () => outcome(n, 2)])() }))
    agree()
})
await test('and after scoring anew with another pack', () => {
    const pack = path.join(dir, 'kroner.pack')
    writeFileSync(pack, 'pack 1 en\nrule kroner -> clarify.need 5\n  | kroner\n  yes A 736,456 kroner.\n')
    go('rescore', '--since', '2026-03-01', '--pack', pack)
    assert.ok(Number(sql('select count(*) from samtale.conversation where score_set > 1')) > N / 4)
    agree()
})
await test('and after erasures: figures stay what they were', () => {
    for (const n of Array.from({ length: 20 }, () => below(N))) go('erase', '--conversation', `c${n}`, '--source', 'pbx', '--yes')
    assert.ok(Number(sql('select count(*) from samtale.conversation where external_id is null')) > 10)
    agree()
})
await done()
