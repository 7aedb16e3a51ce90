// Memory that gives out: every command with each of its allocations failing once (tests/faults/failing.c). It ends with status 1 and one clear
// sentence, or with all that it prints otherwise; it never crashes, and never prints a part or another result as if nothing had been.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Daemon, bin, drained, needPostgres, run, sql, top, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, skip, test } from '../lib/tap.mjs'

const failing = `${bin}_failing`
if (existsSync(failing)) await needPostgres(import.meta.url)
const folder = mkdtempSync(path.join(tmpdir(), 'samtaled-memory-'))
atEnd(() => rmSync(folder, { recursive: true }))
const file = (name, text) => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
}
const gold = file('two.jsonl', readFileSync(path.join(top, 'src/samples/en.dev.jsonl'), 'utf8').split('\n').slice(0, 2).join('\n'))
const messages = file('messages.jsonl', [1, 2, 3].map((id) => `${JSON.stringify({ kind: 'record', source: 'pbx', id: `m${id}`, ended_at: '2026-03-01T10:00:00Z' })}\n`).join(''))
const config = file('samtaled.conf', `[database]\nconnection = ${process.env.SAMTALE_CONNECTION} user=postgres\n[privacy]\nkey_file = ${folder}/key\n` +
    '[queues]\nIT-Q1 = IT\n[time_zones]\npbx = Europe/Copenhagen\n[file_names]\nw = *-{id}\n[short_abandons]\nIT = 10 s\n')

const ran = (words, env = {}, input = '') => spawnSync(failing, words, { encoding: 'utf8', timeout: 60e3, input, maxBuffer: 1 << 28, env: { ...process.env, ...env } })
const allocations = (words, input) => Number(/allocations: (\d+)/.exec(ran(words, { SAMTALE_FAIL_TELL: '1' }, input).stderr)[1])

/** Lets each allocation fail in turn; every `step`th only, but the last ones (`tail`) all. @param same what is printed must be the same, but for what it may lose */
function sweep(words, { step = 1, tail = 20, same = true, lose = null, input = '', status = 0 } = {}) {
    const right = ran(words, {}, input), n = allocations(words, input), wrong = []
    assert.equal(right.status, status, right.stderr)
    let failed = 0
    for (let at = 1; at <= n; at += at + tail < n ? step : 1) {
        const is = ran(words, { SAMTALE_FAIL_AT: String(at) }, input)
        failed += is.status === 1
        if (is.status === status && (!same || is.stdout === right.stdout || (lose && is.stdout === right.stdout.replace(...lose)))) continue
        if (is.status !== 1 || !/^[^\n]*(memory|larger|bytes|more than|too many|does not fit)[^\n]*\n$/.test(is.stderr))
            wrong.push(`${words.join(' ')}, allocation ${at} of ${n}: status ${is.status ?? is.signal}, ${is.stderr.trim().split('\n').slice(0, 3).join(' | ') || 'other output'}`)
    }
    assert.deepEqual(wrong, [])
    return failed
}

if (!existsSync(failing)) {
    await test('every allocation of every command fails once', () => skip(`${failing} is not built`))
    await done()
}

await test('settings', () => {
    assert.ok(sweep(['config', 'check', config]) > 2)
    assert.ok(sweep(['config', 'show']) > 2)
    assert.ok(sweep(['config', 'man']) > 2)
})

await test('reading and scoring', () => {
    assert.ok(sweep(['read', '--config', config, messages]) > 10)
    assert.ok(sweep(['score', gold], { step: 7 }) > 20)
    assert.ok(sweep(['sample', '--weeks', '1']) > 10)
    for (const words of [['explain', gold], ['eval', gold], ['pack', 'check'], ['pack', 'test', 'da', 'hvad siger du?'], ['pack', 'show', 'da', 'open']])
        assert.ok(sweep(words, { step: 40, tail: 6 }) > 0, words.join(' '))
    assert.ok(sweep(['train', '--held', gold, '--out', '-', gold], { step: 40, tail: 8 }) > 0)
})

await test('importing', () => {
    assert.ok(sweep(['import', '--dry-run', messages, '--resume', path.join(folder, 'resume')],
        { lose: [/of 3 conversations/, 'of more conversations than could be counted'] }) > 5)
    assert.ok(sweep(['import', '--config', config, messages], { same: false }) > 5)
    assert.ok(Number(sql('select count(*) from samtale.inbox')) >= 3)
})

await test('commands of the database', () => {
    run(['user', 'add', 'anna', '--role', 'supervisor', '--password-stdin', '--config', config], { input: 'a password that nobody uses\n' })
    run(['target', 'set', 'service_level', '80 %', '--config', config])
    run(['token', 'add', 'anna', '--scope', 'read', '--for', 'test', '--config', config])
    sql("insert into samtale.dead_letter (enqueued_at, lane, attempts, size, source, kind, content_type, body, code, reason) select now(), 0, 1, 2, 'pbx', 'record', '', '{}', 'bad_input', 'r' || i from generate_series(1, 3) i")
    for (const words of [['migrate'], ['user', 'list'], ['token', 'list'], ['target', 'list'], ['staffing', 'list'], ['bi-user', 'list'], ['rescore', 'list'],
        ['dead-letter', 'list'], ['dead-letter', 'show', '1'], ['verify'], ['export', '--phone', '+4522334455']])
        assert.ok(sweep([...words, '--config', config]) > 2, words.join(' '))
    for (const words of [['user', 'set', 'anna', '--disable'], ['target', 'set', 'service_level', '80 %'], ['nightly']])
        assert.ok(sweep([...words, '--config', config], { same: false }) > 2, words.join(' '))
})

await test('the daemon starts when there is memory, or says why not', async () => {
    const daemon = await Daemon.make()
    daemon.program = failing
    const n = 40
    for (let at = 1; at <= n; at += 3) {
        daemon.env = { SAMTALE_FAIL_AT: String(at) }
        await daemon.start(false)
        const { child } = daemon
        const ended = await Promise.race([daemon.ended, daemon.ready().then(() => 'ready', () => 'ended')])
        if (ended === 'ready') child.kill()
        const status = await daemon.ended
        assert.ok(status === 1 || (status === 0 && ended === 'ready'), `allocation ${at}: ${status} ${ended} ${daemon.said().slice(-500)}`)
    }
})

await test('a daemon that runs out of memory again and again stores what another one stores', async () => {
    const weeks = run(['sample', '--weeks', '1', '--seed', '3']).split('\n').slice(0, 400).join('\n')
    const canonical = readFileSync(path.join(top, 'tests/lib/canonical.sql'), 'utf8')
    const all = () => sql(canonical).split('\n').filter(Boolean).sort()
    const clear = () => sql(`do $$ begin execute (select 'truncate ' || string_agg('samtale.' || tablename, ', ') from pg_tables where schemaname = 'samtale'
        and (tablename like 'rollup%' or tablename in ('inbox', 'conversation_key', 'part', 'part_conflict', 'conversation', 'leg', 'party', 'dead_letter'))); end $$`)
    clear()
    const daemon = await Daemon.make({ ingest: { poll: '5 ms', batch_messages: '16' }, queue_log: { file: file('queue_log', ''), state_file: path.join(folder, 'state'), poll: '10 ms' } })
    atEnd(() => daemon.finish())
    run(['import', '--config', daemon.config, '-'], { input: weeks })
    await daemon.start()
    await drained()
    assert.equal(await daemon.stop(), 0)
    const expected = all()
    clear()
    run(['import', '--config', daemon.config, '-'], { input: weeks })
    daemon.program = failing
    daemon.env = { SAMTALE_FAIL_EACH: '23', SAMTALE_FAIL_FROM: '400' }
    await daemon.start()
    await until(async () => {
        for (const url of ['/healthz', '/readyz', '/metrics', '/v1/me', '/', '/v1/overview']) {
            const answer = await fetch(daemon.url + url).catch(() => null)
            if (answer) {
                assert.ok([200, 401, 500, 503].includes(answer.status), `${url}: ${answer.status}`)
                await answer.arrayBuffer().catch(() => null)
            }
        }
        return sql('select count(*) from samtale.inbox') === '0'
    }, 'all messages are taken', 60)
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
    assert.match(daemon.said(), /batch\.failed .*(memory|bytes)/)
    const dead = Number(sql('select count(*) from samtale.dead_letter'))
    // a message alone for which the system had no memory waits for it: it is not to blame, and its limit was not reached
    assert.equal(sql("select coalesce(string_agg(distinct code, ' '), '') from samtale.dead_letter where code <> 'no_memory'"), '')
    daemon.program = daemon.env = undefined
    await daemon.start()
    if (dead > 0) run(['dead-letter', 'replay', '--all', '--config', daemon.config])
    await drained()
    const is = all()
    assert.deepEqual(is.filter((row) => !expected.includes(row)).slice(0, 2), [])
    assert.equal(is.length, expected.length)
    assert.equal(sql('select count(*) from samtale.verify_rollups()'), '0')
    assert.equal(await daemon.stop(), 0)
})

await test('what the HTTP interface accepted without memory is stored; all else is refused as an error of the server', async () => {
    const daemon = await Daemon.make({ ingest: { poll: '5 ms' }, sign_in: { attempts: 1000 } })
    atEnd(() => daemon.finish())
    run(['user', 'add', 'ingrid', '--role', 'ingest', '--password-stdin', '--config', daemon.config], { input: 'a password that nobody uses\n' })
    const token = run(['token', 'add', 'ingrid', '--scope', 'ingest', '--for', 'test', '--config', daemon.config]).match(/sam_\S+/)[0]
    run(['user', 'set', 'anna', '--enable', '--config', daemon.config])
    daemon.program = failing
    const accepted = [], seen = {}
    let cookie = ''
    const ask = async (what, url, options) => {
        const answer = await fetch(daemon.url + url, options).catch(() => null)
        const text = answer ? await answer.text().catch(() => null) : null
        const status = text === null ? 'cut off' : answer.status
        seen[`${what} ${status}`] = (seen[`${what} ${status}`] ?? 0) + 1
        assert.ok(['cut off', 200, 202, 401, 404, 429, 500, 503].includes(status), `${what}: ${status} ${text}`)
        return { status, answer, text }
    }
    for (const each of [7, 11, 19]) {
        daemon.env = { SAMTALE_FAIL_EACH: String(each), SAMTALE_FAIL_FROM: '300' }
        await daemon.start()
        for (let i = 0; i < 60; i++) {
            const id = `h${each}-${i}`
            const body = JSON.stringify({ kind: 'record', source: 'web', id, ended_at: '2026-03-01T10:00:00Z' })
            const [sent, signed] = await Promise.all([
                ask('message', '/v1/messages', { method: 'POST', body, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' } }),
                i % 10 ? ask('overview', '/v1/overview?from=2026-03-01&to=2026-03-02', { headers: { Cookie: cookie } })
                    : ask('sign-in', '/v1/session', { method: 'POST', body: JSON.stringify({ name: 'anna', password: 'a password that nobody uses' }), headers: { 'Content-Type': 'application/json' } }),
                ask('page', ['/', '/metrics', '/readyz'][i % 3]), ask('list', '/v1/conversations?limit=5', { headers: { Cookie: cookie } })])
            if (sent.status === 202) accepted.push(id)
            cookie = signed.status === 200 && signed.answer.headers.get('set-cookie') ? signed.answer.headers.get('set-cookie').split(';')[0] : cookie
        }
        assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
    }
    for (const what of ['message 202', 'sign-in 200', 'overview 200', 'page 200', 'list 200']) assert.ok(seen[what] > 0, `${what}: ${JSON.stringify(seen)}`)
    assert.ok(Object.keys(seen).some((key) => /500|503|cut off/.test(key)), JSON.stringify(seen))
    daemon.program = daemon.env = undefined
    await daemon.start()
    if (sql('select count(*) from samtale.dead_letter') !== '0') run(['dead-letter', 'replay', '--all', '--config', daemon.config])
    await drained()
    const stored = new Set(sql("select external_id from samtale.conversation_key where external_id like 'h%'").split('\n'))
    assert.deepEqual(accepted.filter((id) => !stored.has(id)), [])
})

await done()
