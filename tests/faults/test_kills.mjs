// Nothing lost, nothing twice: 20,000 messages and more (30 % twice, 30 % in two parts, 5 % in an older version too, some poison) come through
// all doors in random order while the daemon or the server is killed 30 times at random moments. What is stored in the end
// equals, by merge key, an undisturbed ordered run.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { byHttp, byImport, bySql } from '../lib/doors.mjs'
import { chanceOf, planOf, shuffle } from '../lib/messages.mjs'
import { Daemon, bin, dir, drained, needPostgres, pause, run, sql, top, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)

const KILLS = Number(process.env.KILLS ?? 30)
const SEED = Number(process.env.SEED ?? 5)
const CHUNK = 100
const privatePostgres = path.join(top, 'src/system/private_postgres.sh')
const server = path.join(path.dirname(dir), 'postgres')
const canonical = readFileSync(path.join(top, 'tests/lib/canonical.sql'), 'utf8')
const chance = chanceOf(SEED)
const plan = planOf({ weeks: Number(process.env.WEEKS ?? 17), seed: SEED })

/** A database of its own in the server, migrated, and the daemon on it. */
async function centre(name) {
    sql(`create database ${name}`)
    const connection = `host=${process.env.PGHOST} port=5432 dbname=${name} user=postgres`
    run(['migrate', '--connection', connection])
    const made = await Daemon.make({ privacy: { key_file: path.join(dir, 'key') } }, connection)
    atEnd(() => made.stop('SIGKILL'))
    return made
}
const stored = (name) => sql(canonical, { PGDATABASE: name }).split('\n').sort()
const empty = (name) => until(() => sql('select count(*) from samtale.inbox', { PGDATABASE: name }) === '0', 'the queue is empty', 240)

let expected
await test('an undisturbed ordered run stores everything', async () => {
    const daemon = await centre('ordered')
    await bySql(plan.map((message) => message.body), 'ordered')
    await daemon.start()
    await empty('ordered')
    assert.equal(await daemon.stop(), 0)
    expected = stored('ordered')
    assert.ok(expected.filter((row) => row.startsWith('conversation ')).length > plan.length / 3)
    assert.ok(expected.some((row) => row.startsWith('dead_letter ')))
})

const daemon = await centre('disturbed')
run(['user', 'add', 'sender', '--role', 'ingest', '--password-stdin', '--config', daemon.config], { input: 'a password that nobody uses\n' })
const token = run(['token', 'add', 'sender', '--scope', 'ingest', '--for', 'test', '--config', daemon.config]).match(/sam_\S+/)[0]

/** All messages in random order, cut into chunks, each with its door. */
function chunks() {
    const all = shuffle(plan.flatMap((message) => message.twice ? [message.body, message.body] : [message.body]), chance)
    const out = []
    for (let at = 0; at < all.length; at += CHUNK) {
        const bodies = all.slice(at, at + CHUNK)
        const lines = bodies.filter((body) => body[0] === 0x7b && body.includes('"id"') && !body.includes('surprise'))
        const door = out.length % 3
        if (door === 0) out.push(() => bySql(bodies, 'disturbed'))
        else if (door === 1) out.push(() => Promise.all([byImport(lines, daemon.config), bySql(bodies.filter((body) => !lines.includes(body)), 'disturbed')]))
        else out.push(() => byHttp(bodies, () => daemon.url, token))
    }
    return out
}

async function killServer() {
    const pid = Number(execFileSync(privatePostgres, ['status', server], { encoding: 'utf8' }).split(' ')[1])
    process.kill(pid, 'SIGKILL')
    await pause(chance() * 300)
    execFileSync(privatePostgres, ['start', server, '--throwaway'], { stdio: 'ignore' })
}

async function killDaemon() {
    await daemon.stop('SIGKILL')
    await pause(chance() * 300)
    await daemon.start(false)
}

await test(`${KILLS} kills while ${plan.length} messages come through all doors`, async () => {
    await daemon.start()
    const work = chunks()
    let sent = 0, kills = 0
    const sender = async () => {
        while (sent < work.length) {
            const mine = sent++
            await until(() => kills >= KILLS || mine / work.length <= (kills + 1) / KILLS, 'kills go on', 240)
            await work[mine]()
        }
    }
    const killer = async () => {
        while (kills < KILLS) {
            await pause(100 + chance() * 900)
            await (chance() < 0.5 ? killServer() : killDaemon())
            if (!daemon.child) throw new Error(`the daemon ended by itself: ${daemon.said().split('\n').slice(-3).join('\n')}`)
            kills++
        }
    }
    await Promise.all([sender(), sender(), sender(), killer()])
    await empty('disturbed')
    assert.ok(daemon.child, 'the daemon runs')
})

await test('what is stored is the same', () => {
    const got = stored('disturbed')
    writeFileSync(path.join(top, 'build/kills-expected.txt'), expected.join('\n'))
    writeFileSync(path.join(top, 'build/kills-got.txt'), got.join('\n'))
    const known = new Set(expected), found = new Set(got)
    const lost = expected.filter((row) => !found.has(row)), strange = got.filter((row) => !known.has(row))
    assert.deepEqual({ lost: lost.slice(0, 5), strange: strange.slice(0, 5), rows: got.length },
        { lost: [], strange: [], rows: expected.length })
})

await test('the rollups are what the facts give', () =>
    assert.equal(sql('select count(*) from samtale.verify_rollups()', { PGDATABASE: 'disturbed' }), '0'))

await test('and it still stops in order', async () => assert.equal(await daemon.stop(), 0))
await done()
