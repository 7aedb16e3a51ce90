// test_api.mjs: reading through the HTTP interface on the real daemon: every path and method of docs/openapi.json is answered as described,
// figures equal those worked out by hand, days are days of the zone, lists have no gaps, and everybody sees what is theirs.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { needPostgres, run, sql, top, until } from '../lib/samtaled.mjs'
import { assert, atEnd, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { Client, conforms, description, fillCentre, makeAccounts, makeToken, MESSAGES, PASSWORDS, startDaemon } = await import('./api.mjs')

let daemon, anybody, ann, sue, lone, ingest
atEnd(() => daemon?.stop())
await test('the daemon takes messages from a token, and stores them', async () => {
    daemon = await startDaemon()
    makeAccounts(daemon)
    anybody = new Client(daemon.url)
    ingest = new Client(daemon.url, { Authorization: `Bearer ${makeToken(daemon, 'ingrid', 'ingest')}` })
    await fillCentre(ingest)
    ann = await anybody.signIn('ann', PASSWORDS.ann)
    sue = await anybody.signIn('sue', PASSWORDS.sue)
    lone = await anybody.signIn('lone', PASSWORDS.lone)
    assert.equal(sql('select count(*) from samtale.conversation'), String(MESSAGES.length + 1))
    assert.equal(sql('select count(*) from samtale.dead_letter'), '0')
})

const DAYS = 'from=2026-10-24&to=2026-10-26'
const value = (figure) => [figure.value, figure.numerator, figure.denominator]
const idOf = (external) => sql(`select conversation_id from samtale.conversation where external_id = '${external}'`)

/* ---- the description ------------------------------------------------------------------------------------------------ */

await test('the description names the routes of the program, and no others', () => {
    const source = readFileSync(path.join(top, 'src/serve/routes.c'), 'utf8')
    const routes = [...source.matchAll(/\{"([A-Z]+)", "([^"]+)",\s*"(\w+)"/g)].filter(([, , address]) => !address.includes('...'))
        .map(([, method, address, scope]) => `${method} ${address} ${scope}`).sort()
    const documented = Object.entries(description.paths).flatMap(([address, methods]) =>
        Object.entries(methods).map(([method, operation]) => `${method.toUpperCase()} ${address} ${operation['x-scope']}`)).sort()
    assert.deepEqual(documented, routes)
})
await test('every path and method is answered as described, without and with a sign-in', async () => {
    const { json: list } = await ann.get(`/v1/conversations?${DAYS}`)
    for (const [address, methods] of Object.entries(description.paths))
        for (const [method, operation] of Object.entries(methods)) {
            if (address === '/v1/session' && method === 'delete') continue
            const real = address.replace('{id}', list.items[0].id).replace('{kind}', 'record')
            const body = method === 'post' ? '{}' : undefined
            const headers = method === 'post' ? { 'Content-Type': 'application/json' } : {}
            for (const client of [anybody, ann, ingest]) {
                const answer = await client.ask(method.toUpperCase(), real, { headers, body })
                if (client === anybody) assert.equal(answer.status === 401, operation['x-scope'] !== 'open', `${method} ${address}: ${answer.status}`)
                assert.notEqual(answer.status, 500)
            }
        }
})
await test('other methods are refused with those that are allowed; other paths are not there', async () => {
    for (const [address, methods] of Object.entries(description.paths)) {
        const real = address.replace('{id}', '1').replace('{kind}', 'record')
        const answer = await ann.ask('PUT', real, { described: false, body: 'x' })
        const allowed = Object.keys(methods).flatMap((m) => (m === 'get' ? ['GET', 'HEAD'] : [m.toUpperCase()]))
        assert.equal(answer.status, 405, address)
        assert.deepEqual(answer.headers.get('allow').split(', ').sort(), allowed.sort(), address)
    }
    for (const address of ['/v1', '/v1/', '/v1/nothing', '/v1/overview/', '/no.file', '/assets/no.js'])
        assert.equal((await ann.get(address, { described: false })).status, 404, address)
})
await test('the description itself is served', async () => {
    assert.deepEqual((await anybody.get('/v1/openapi.json')).json, description)
})

/* ---- figures ----------------------------------------------------------------------------------------------------------- */

await test('key figures agree with the overview, and with the facts', async () => {
    const day = 'from=2026-10-24&to=2026-10-24'
    run(['nightly', '--config', daemon.config])
    const { json } = await ann.get(`/v1/figures?${day}`), { totals } = (await ann.get(`/v1/overview?${day}`)).json
    const { value: level, numerator, denominator } = totals.efficiency.service_level
    assert.deepEqual(value(json.service_level[totals.efficiency.service_level.variant]), [level, numerator, denominator])
    assert.equal(Object.keys(json.service_level).length, 7)
    assert.ok(json.service_level.answered_only.interval[0] <= json.service_level.answered_only.value)
    assert.equal(json.waits.handle.n, totals.efficiency.handled.value)
    assert.equal(json.waits.wait_answered.longest, Number(sql(`select max(l.wait_ms) / 1000.0 from samtale.leg l join samtale.conversation c using (conversation_id)
        where l.disposition = 1 and c.direction not in (2, 3) and c.channel in (1, 2, 5) and (coalesce(l.ended_at, c.ended_at) at time zone 'Europe/Copenhagen')::date = '2026-10-24'`)))
    assert.equal(json.service.flowed_out.value, Number(sql("select sum(flowed_out) from bi.queue_day where day = '2026-10-24'")))
    assert.ok(Object.values(json.counted).every((at) => at !== null))
    const none = (await ann.get(`/v1/figures?${day}&queue=Nobody`)).json
    assert.deepEqual([none.outcome.nps.value, none.service_level.answered_only.denominator, none.worth], [null, 0, []])
    const quadrants = await Promise.all(['short_rich', 'long_rich', 'short_poor', 'long_poor'].map(async (q) => (await ann.get(`/v1/conversations?${DAYS}&quadrant=${q}`)).json.items.length))
    assert.deepEqual(quadrants, [0, 0, 0, 0], 'a week without thresholds has no quadrants')
})
await test('a conversation of several queues is found by each of them, and of a channel and language by these', async () => {
    const legs = sql("select c.conversation_id || ' ' || k.name from samtale.leg l join samtale.conversation c using (conversation_id) join samtale.queue k on k.queue_id = l.queue_id where c.started_at is not null and k.name <> ''").split('\n')
    const names = [...new Set(legs.map((leg) => leg.replace(/^\d+ /, '')))]
    for (const name of names) {
        const found = (await ann.get(`/v1/conversations?from=2020-01-01&to=2030-01-01&limit=200&queue=${encodeURIComponent(name)}`)).json.items.map((item) => item.id)
        assert.deepEqual([...found].sort(), [...new Set(legs.filter((leg) => leg.endsWith(` ${name}`)).map((leg) => leg.split(' ')[0]))].sort(), name)
    }
    const all = (await ann.get('/v1/conversations?from=2020-01-01&to=2030-01-01&limit=200')).json.items
    for (const query of ['channel=voice', 'language=sv', 'channel=chat&channel=voice&language=da']) {
        const wanted = new URLSearchParams(query)
        const found = (await ann.get(`/v1/conversations?from=2020-01-01&to=2030-01-01&limit=200&${query}`)).json.items
        assert.deepEqual(found.map((item) => item.id), all.filter((item) => (!wanted.has('channel') || wanted.getAll('channel').includes(item.channel)) && (!wanted.has('language') || wanted.getAll('language').includes(item.language))).map((item) => item.id), query)
    }
})
await test('an overview adds up to what was handed in', async () => {
    const { json } = await ann.get(`/v1/overview?from=2026-10-24&to=2026-10-24`)
    const e = json.totals.efficiency
    assert.deepEqual([e.offered, e.answered, e.abandoned, e.short_abandoned, e.handled, e.transferred].map((f) => f.value), [7, 5, 2, 1, 5, 1])
    assert.deepEqual(value(e.asa), [75 / 4, 75, 4], 'the mail is not waited for')
    assert.deepEqual(value(e.service_level), [2 / 6, 2, 6])
    assert.equal(e.service_level.variant, 'abandons_in_denominator')
    assert.deepEqual(value(e.abandon_rate), [2 / 6, 2, 6])
    assert.deepEqual(value(e.aht), [(100 + 20 + 30 + 210 + 310 + 410 + 70) / 5, 1150, 5])
    assert.deepEqual(value(e.average_hold), [4, 20, 5])
    assert.deepEqual(value(e.transfer_rate), [1 / 5, 1, 5])
    assert.deepEqual(json.variant, { service_level: 'abandons_in_denominator', threshold_s: 20, wait_channels: ['voice', 'chat', 'video'], scorer: json.variant.scorer })
    const o = json.totals.opportunity
    assert.deepEqual([o.conversations.value, o.scored.value, o.scored_share.denominator], [7, 1, 7])
    assert.ok(o.transcript_share.numerator >= o.role_share.numerator && o.role_share.numerator >= 1 && o.role_share.denominator === 7)
    assert.ok(o.index.value >= 0 && Math.abs(o.index.value - 100 * o.index.numerator / o.index.denominator) < 1e-9)
})
await test('channels and queues that are asked for are what the figures are made of', async () => {
    const mail = (await ann.get(`/v1/overview?${DAYS}&channel=email`)).json
    assert.deepEqual(value(mail.totals.efficiency.asa), [7200, 7200, 1])
    assert.deepEqual([mail.variant.wait_channels, mail.filter.channel], [['email'], ['email']])
    const both = (await ann.get(`/v1/overview?${DAYS}&queue=Mail&queue=Sales`)).json
    const all = (await ann.get(`/v1/overview?${DAYS}`)).json
    assert.deepEqual(both.totals, all.totals)
    assert.deepEqual(all.queues.map((row) => row.queue), ['Mail', 'Sales'])
    const none = (await ann.get(`/v1/overview?${DAYS}&queue=Nobody`)).json
    assert.deepEqual(value(none.totals.efficiency.asa), [null, 0, 0])
    assert.deepEqual([none.totals.efficiency.offered.value, none.totals.opportunity.opportunity_cues.value, none.queues], [0, null, []])
})
await test('a language narrows the opportunity lens and leaves unmeasured what records do not carry', async () => {
    const { json } = await ann.get(`/v1/overview?${DAYS}&language=sv`)
    const o = json.totals.opportunity
    assert.deepEqual([o.scored.value, o.conversations.value, o.scored_share.value, o.index.value], [0, null, null, null])
    assert.equal(json.totals.efficiency.offered.value, 12)
})
await test('days are days of the zone: 25 hours when summer time ends', async () => {
    const days = (await ann.get(`/v1/overview?${DAYS}`)).json.series
    assert.deepEqual(days.map((d) => [d.start, d.end, d.efficiency.offered.value]), [
        ['2026-10-23T22:00:00Z', '2026-10-24T22:00:00Z', 7], ['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 4], ['2026-10-25T23:00:00Z', '2026-10-26T23:00:00Z', 1]
    ])
    const halves = (await ann.get('/v1/overview?from=2026-10-25&to=2026-10-25&interval=half_hour')).json.series
    assert.equal(halves.length, 50)
    const busy = halves.filter((h) => h.efficiency.offered.value > 0).map((h) => h.start)
    assert.deepEqual(busy, ['2026-10-24T22:30:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T22:30:00Z'])
    assert.equal((await ann.get('/v1/overview?from=2026-03-29&to=2026-03-29&interval=half_hour')).json.series.length, 46)
    const weeks = (await ann.get(`/v1/overview?${DAYS}&interval=week`)).json.series
    assert.deepEqual(weeks.map((w) => [w.start, w.end, w.efficiency.offered.value]),
        [['2026-10-23T22:00:00Z', '2026-10-25T23:00:00Z', 11], ['2026-10-25T23:00:00Z', '2026-10-26T23:00:00Z', 1]])
})
await test('CSV says what JSON says', async () => {
    const { json } = await ann.get(`/v1/overview?${DAYS}`)
    const rows = async (query) => {
        const { text, headers } = await ann.get(`/v1/overview?${DAYS}&${query}`)
        assert.match(headers.get('content-type'), /^text\/csv/)
        assert.ok(text.endsWith('\r\n'))
        return text.trimEnd().split('\r\n').map((line) => line.split(','))
    }
    const flat = (entry, first) => [...first, ...['efficiency', 'opportunity'].flatMap((lens) => Object.values(entry[lens]).flatMap((f) =>
        (f.unit === 'count' ? [f.value] : [f.value, f.numerator, f.denominator]).map((v) => (v === null ? '' : String(v)))))]
    const series = await rows('format=csv')
    assert.equal(series[0].length, series[1].length)
    assert.deepEqual(series.slice(1), json.series.map((entry) => flat(entry, [entry.start, entry.end])))
    const queues = await rows('format=csv&table=queues')
    assert.deepEqual(queues.slice(1), json.queues.map((entry) => flat(entry, [entry.queue])))
    const list = await ann.get(`/v1/conversations?${DAYS}`, { headers: { Accept: 'text/csv' } })
    assert.equal(list.text.trimEnd().split('\r\n').length, MESSAGES.length + 1)
})

/* ---- lists ------------------------------------------------------------------------------------------------------------- */

await test('pages of a list follow each other without gap or repetition, newest first', async () => {
    const whole = (await ann.get(`/v1/conversations?${DAYS}&limit=200`)).json
    assert.equal(whole.next_cursor, null)
    assert.equal(whole.items.length, MESSAGES.length)
    const times = whole.items.map((item) => item.started_at)
    assert.deepEqual(times, [...times].sort().reverse())
    const found = []
    for (let cursor = ''; cursor !== null;) {
        const { json } = await ann.get(`/v1/conversations?${DAYS}&limit=5${cursor && `&cursor=${cursor}`}`)
        found.push(...json.items)
        cursor = json.next_cursor
    }
    assert.deepEqual(found, whole.items)
})
await test('filters of a list do what they say; a cursor belongs to its filter', async () => {
    const ids = async (query) => (await ann.get(`/v1/conversations?${query}`)).json.items.map((item) => item.external_id)
    assert.deepEqual(await ids(`${DAYS}&scored=true`), ['c3'])
    assert.equal((await ids(`${DAYS}&scored=false`)).length, MESSAGES.length - 1)
    assert.deepEqual(await ids(`${DAYS}&queue=Mail`), ['c7'])
    assert.deepEqual(await ids(`${DAYS}&channel=chat&channel=email`), ['c7', 'c4'])
    assert.deepEqual(await ids('undated=true'), ['undated'])
    assert.deepEqual(await ids('from=2026-10-26&to=2026-10-26'), ['c12'])
    const { json } = await ann.get(`/v1/conversations?${DAYS}&limit=5`)
    const other = await ann.get(`/v1/conversations?${DAYS}&limit=5&channel=voice&cursor=${json.next_cursor}`)
    assert.deepEqual([other.status, other.json.type], [400, 'urn:samtale:problem:bad_cursor'])
})
await test('wrong parameters are refused by name', async () => {
    const cases = {
        '/v1/overview?from=2026-02-30': 'from', '/v1/overview?from=yesterday': 'from', '/v1/overview?from=2026-10-25&to=2026-10-24': 'from',
        '/v1/overview?from=2020-01-01': 'from', '/v1/overview?interval=month': 'interval', '/v1/overview?channel=fax': 'channel',
        '/v1/overview?language=de': 'language', '/v1/overview?to=2026-10-24&to=2026-10-24': 'to', '/v1/overview?queues=Sales': 'queues', '/v1/overview?queue=': 'queue',
        '/v1/conversations?limit=0': 'limit', '/v1/conversations?limit=201': 'limit', '/v1/conversations?limit=5x': 'limit', '/v1/conversations?scored=yes': 'scored',
        '/v1/conversations?cursor=x': 'cursor', '/v1/conversations/abc': 'id', '/v1/conversations/0': 'id', '/v1/queues?x=1': 'x', '/v1/overview?format=xml': 'format', '/v1/figures?interval=day': 'interval', '/v1/conversations?quadrant=rich': 'quadrant'
    }
    for (const [address, parameter] of Object.entries(cases)) {
        const answer = await ann.get(address)
        assert.deepEqual([answer.status, answer.json.parameter], [400, parameter], address)
    }
})

/* ---- one conversation -------------------------------------------------------------------------------------------------- */

await test('a conversation opens to its words, its marks and where they stand', async () => {
    const { json } = await ann.get(`/v1/conversations/${idOf('c3')}`)
    assert.equal(json.transcript.turns.length, 6)
    for (const finding of json.findings) {
        const turn = json.transcript.turns.find((t) => t.i === finding.turn)
        assert.ok(finding.start < finding.end && finding.end <= [...turn.text].length, JSON.stringify(finding))
        assert.equal(turn.party, finding.party)
    }
    assert.deepEqual(json.transcript.turns.map((t) => json.parties.find((p) => p.n === t.party).role), json.transcript.turns.map((t) => t.role))
    assert.ok(json.moments.length > 0 && json.opportunity.scored)
    assert.deepEqual([json.wait_ms, json.talk_ms, json.handle_ms, json.transfers, json.legs[0].transfer], [25000, 300000, 310000, 1, 'blind'])
    assert.ok(json.scorer.version)
    assert.deepEqual(Object.keys(json.scorer.packs).sort(), ['da', 'en', 'nb', 'nn', 'sv'])
    const bare = (await ann.get(`/v1/conversations/${idOf('c1')}`)).json
    assert.deepEqual([bare.transcript, bare.findings, bare.opportunity.not_scored_because, bare.opportunity.index.value], [null, [], 'no_transcript', null])
})
await test('names of agents are hidden but from themselves; shown, to who may read their team', async () => {
    const names = async (client) => {
        const { json } = await client.get(`/v1/conversations/${idOf('c3')}`)
        return [json.names_hidden, json.parties.find((p) => p.role === 'agent').name, json.legs[0].agent]
    }
    for (const client of [ann, sue]) assert.deepEqual(await names(client), [true, null, null])
    assert.deepEqual(await names(lone), [false, 'Agent a1', 'Agent a1'])
    const settings = readFileSync(daemon.config, 'utf8')
    const reload = async (rows, ready) => {
        const before = daemon.said().split('run.reloaded').length
        writeFileSync(daemon.config, settings.replace('[privacy]\n', `[privacy]\n${rows.join('\n')}\n`))
        daemon.child.kill('SIGHUP')
        await until(() => daemon.said().split('run.reloaded').length > before, 'the settings were read again')
        await until(() => sql(`select ${ready} from samtale.site`) === 't', 'the database knows them')
    }
    const purpose = 'agent_purpose = coaching', told = 'agent_notice = 2026-01-01'
    await reload(['agent_names = shown', purpose], 'not agents_shown')
    assert.match(daemon.said(), /privacy\.agents_hidden/)
    for (const client of [ann, sue]) assert.deepEqual(await names(client), [true, null, null])
    await reload(['agent_names = shown', purpose, 'agent_notice = 2999-01-01'], `agents_from = '2999-01-01'`)
    for (const client of [ann, sue]) assert.deepEqual(await names(client), [true, null, null])
    await reload(['agent_names = pseudonyms', purpose, told], 'agents_pseudonyms')
    const [hidden, name, leg] = await names(ann)
    assert.deepEqual([hidden, name === leg], [false, true])
    assert.match(name, /^agent [0-9a-f]{8}$/)
    assert.deepEqual(await names(sue), [false, name, name])
    assert.deepEqual(await names(lone), [false, 'Agent a1', 'Agent a1'])
    sql(`insert into samtale.bi_scope (role_name) values ('samtale_bi') on conflict do nothing`)
    assert.equal(sql(`select count(*) from bi.agent where name = '${name}'`), '1')
    assert.equal(sql(`select count(*) from bi.agent where name !~ '^agent [0-9a-f]{8}$' or display_name <> ''`), '0')
    await reload(['agent_names = shown', purpose, told], `agents_shown and agents_from = '2026-01-01' and not agents_pseudonyms`)
    for (const client of [ann, sue, lone]) assert.deepEqual(await names(client), [false, 'Agent a1', 'Agent a1'])
    writeFileSync(daemon.config, settings)
})
await test('each read of a conversation is on record, also of the export, and none that was not shown', async () => {
    sql('truncate samtale.access_log')
    const id = idOf('c3')
    await sue.get(`/v1/conversations/${id}`)
    await sue.get('/v1/conversations/999999')
    await ann.get('/v1/conversations?format=csv')
    assert.equal(sql(`select a.name, l.what, l.conversation_id, l.address from samtale.access_log l join samtale.account a using (account_id) order by access_id`),
        `sue|conversation|${id}|127.0.0.1\nann|export||127.0.0.1`)
})
await test('everybody sees what is theirs: a supervisor the own team, an agent the own conversations', async () => {
    const seen = async (client) => (await client.get(`/v1/conversations?${DAYS}`)).json.items.map((item) => item.external_id).sort()
    assert.deepEqual(await seen(sue), ['c1', 'c3', 'c7'])
    assert.deepEqual(await seen(lone), ['c1', 'c3', 'c7'])
    assert.equal((await sue.get(`/v1/conversations/${idOf('c2')}`)).status, 404)
    assert.equal((await lone.get(`/v1/conversations/${idOf('c2')}`)).status, 404)
    assert.equal((await ingest.get(`/v1/conversations/${idOf('c1')}`)).status, 403)
    const mine = (await sue.get(`/v1/overview?${DAYS}`)).json.totals, all = (await ann.get(`/v1/overview?${DAYS}`)).json.totals
    assert.deepEqual(mine, all, 'totals of queues carry no team')
})

/* ---- HTTP ---------------------------------------------------------------------------------------------------------------- */

await test('answers are compressed, named by an ETag and not sent twice', async () => {
    const address = `/v1/overview?${DAYS}`
    const first = await ann.get(address)
    assert.equal(first.headers.get('content-encoding'), 'gzip')
    assert.match(first.headers.get('vary'), /Accept-Encoding/)
    const etag = first.headers.get('etag')
    assert.match(etag, /^W\/"[0-9a-f]{32}"$/)
    assert.equal((await ann.get(address, { headers: { 'If-None-Match': etag } })).status, 304)
    const head = await ann.ask('HEAD', address)
    assert.deepEqual([head.status, head.text, head.headers.get('etag')], [200, '', etag])
    const plain = await ann.get(address, { headers: { 'Accept-Encoding': 'identity' } })
    assert.deepEqual([plain.headers.get('content-encoding'), plain.text], [null, first.text])
})
await test('the page and its files are served, files with a hash for good', async () => {
    const index = await anybody.get('/', { described: false })
    if (index.status === 404) return { skip: 'the program was built without the page' }
    assert.equal(index.headers.get('cache-control'), 'no-cache')
    assert.match(index.headers.get('content-security-policy'), /script-src 'self'/)
    const asset = /(?:src|href)="\.?\/?(assets\/[^"]+)"/.exec(index.text)[1]
    assert.match((await anybody.get(`/${asset}`, { described: false })).headers.get('cache-control'), /immutable/)
    assert.equal((await anybody.get('/conversations/17', { described: false })).text, index.text)
})
await test('metrics are Prometheus text: each name once with help and type, values are numbers', async () => {
    const { text } = await anybody.get('/metrics')
    const helped = new Set()
    for (const line of text.trimEnd().split('\n')) {
        if (line.startsWith('# HELP ')) {
            const name = line.split(' ')[2]
            assert.ok(!helped.has(name), name)
            helped.add(name)
        } else if (!line.startsWith('# TYPE ')) {
            const parts = /^([a-z_]+)(\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? (\S+)$/.exec(line)
            assert.ok(parts && helped.has(parts[1].replace(/_(bucket|sum|count)$/, '')) && Number.isFinite(Number(parts[3])), line)
        }
    }
    const buckets = [...text.matchAll(/^samtale_batch_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm)].map(([, , n]) => Number(n))
    assert.ok(buckets.length === 13 && buckets.every((n, i) => i === 0 || n >= buckets[i - 1]))
    assert.equal(buckets.at(-1), Number(/^samtale_batch_seconds_count (\d+)$/m.exec(text)[1]))
    assert.equal(buckets.at(-1), Number(/^samtale_batches_total (\d+)$/m.exec(text)[1]))
    assert.match(text, /^samtale_messages_accepted_total 1[0-9]$/m)
    assert.match(text, /^samtale_inbox_backlog\{lane="live"\} 0$/m)
})
await test('readyz says what is not ready', async () => {
    sql("insert into samtale.migration (n, name) values (9999, 'of tomorrow')")
    const answer = await anybody.get('/readyz')
    sql('delete from samtale.migration where n = 9999')
    assert.equal(answer.status, 503)
    assert.match(answer.json.checks.schema, /9999/)
    assert.equal((await anybody.get('/readyz')).status, 200)
    await conforms('GET', { url: `${daemon.url}/healthz`, status: 200, headers: new Headers({ 'content-type': 'application/json' }) }, '{"status":"ok"}')
})
await test('the daemon ends in order', async () => {
    assert.equal(await daemon.stop(), 0, daemon.said())
    assert.doesNotMatch(daemon.said(), /^<[0-3]>/m)
})
