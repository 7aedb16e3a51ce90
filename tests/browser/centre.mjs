// centre.mjs: the real daemon with sample weeks and a few conversations made for the page: emoji and combining marks before the evidence, no
// times, no transcript. Everything goes through the queue.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, dir, drained, run } from '../lib/samtaled.mjs'

export const NAME = 'maja'
export const PASSWORD = 'two lenses, side by side'
/** The last sample day: fixed, so that every run sees the same numbers. */
export const LAST_DAY = '2026-06-28'

const turn = (i, speaker, text) => ({ i, speaker, start_ms: i * 6000, end_ms: i * 6000 + 5000, text })
const bare = (i, speaker, text) => ({ i, speaker, text })
const HEAD = { kind: 'conversation', source: 'page-test', direction: 'inbound', consent: { state: 'given', purpose: ['quality'] } }
const leg = (wait_ms, talk_ms) => ({
    queue: 'Page test', agent: 'a1', team: 'North', queued_at: `${LAST_DAY}T09:00:00Z`, answered_at: `${LAST_DAY}T09:00:${String(wait_ms / 1000).padStart(2, '0')}Z`,
    ended_at: `${LAST_DAY}T09:05:00Z`, wait_ms, talk_ms, hold_ms: 0, wrap_ms: 20000, disposition: 'answered'
})
const PARTIES = [{ id: 'a1', role: 'agent', name: 'Lone Holm', team: 'North' }, { id: 'c1', role: 'customer' }]

/** Emoji of several code points, a decomposed letter and a pair outside the basic plane stand before what is marked. */
export const ODD = {
    ...HEAD, id: 'odd', version: 1, channel: 'chat', language: 'en', offered_at: `${LAST_DAY}T09:00:00Z`, ended_at: `${LAST_DAY}T09:05:00Z`, parties: PARTIES,
    legs: [leg(12000, 240000)],
    turns: [
        turn(0, 'customer', '👩‍👧‍👦 🇩🇰 hi, what is the balance of my Pensjo\u0308n? 𝒳'),
        turn(1, 'agent', '🙂 e\u0301h, how can I help you?'),
        turn(2, 'customer', '😢😢 my father died last week and I do not know what to do'),
        turn(3, 'agent', '🙏🏽 I am so sorry to hear that. May I ask what makes you think about it now?'),
        turn(4, 'customer', 'thank you')
    ]
}
const UNTIMED = {
    ...HEAD, id: 'untimed', version: 1, channel: 'email', language: 'da', offered_at: `${LAST_DAY}T10:00:00Z`, ended_at: `${LAST_DAY}T10:30:00Z`,
    parties: PARTIES, legs: [{ ...leg(0, 300000), queued_at: `${LAST_DAY}T10:00:00Z`, answered_at: `${LAST_DAY}T10:00:00Z`, ended_at: `${LAST_DAY}T10:30:00Z` }],
    turns: [bare(0, 'customer', 'Hej. Hvor meget har jeg stående på min pension?'), bare(1, 'agent', 'Du har 736.456 kroner.')]
}
/** A queue that nobody calls. */
const POST = { ...UNTIMED, id: 'post', legs: [{ ...UNTIMED.legs[0], queue: 'Post' }] }
const RECORD_ONLY = {
    ...HEAD, kind: 'record', id: 'record-only', version: 1, channel: 'voice', language: 'sv', offered_at: `${LAST_DAY}T11:00:00Z`, ended_at: `${LAST_DAY}T11:05:00Z`,
    parties: PARTIES, legs: [{ queue: 'Page test', agent: 'a1', queued_at: `${LAST_DAY}T11:00:00Z`, disposition: 'answered', talk_ms: 200000 }]
}

/** The queue whose budget is shown: it has a target and a plan; the others have neither. */
export const PLANNED = 'Danmark'

function plan({ config }) {
    const week = path.join(dir, 'week.csv')
    writeFileSync(week, '1-7,00:00,24:00,2\n')
    run(['target', 'set', 'service_level', '0.8', '--queue', PLANNED, '--from', '2026-01-01', '--config', config])
    run(['target', 'set', 'explored_share', '33%', '--from', '2026-01-01', '--config', config])
    run(['staffing', 'set', PLANNED, week, '--from', '2026-01-01', '--config', config])
}

/** Starts the daemon on sample weeks, all of it scored, and counted as at night. */
export async function startCentre() {
    const daemon = await Daemon.make()
    run(['user', 'add', NAME, '--role', 'analyst', '--password-stdin', '--config', daemon.config], { input: `${PASSWORD}\n` })
    const file = path.join(dir, 'centre.jsonl')
    const sample = run(['sample', '--weeks', '5', '--seed', '3', '--end', LAST_DAY], { stdio: ['ignore', 'pipe', 'ignore'] })
    writeFileSync(file, sample + [ODD, UNTIMED, POST, RECORD_ONLY].map((message) => `${JSON.stringify(message)}\n`).join(''))
    await daemon.start()
    run(['import', '--config', daemon.config, file], { stdio: ['ignore', 'pipe', 'pipe'] })
    await drained()
    plan(daemon)
    run(['nightly', '--config', daemon.config], { stdio: ['ignore', 'pipe', 'ignore'] })
    return daemon
}
