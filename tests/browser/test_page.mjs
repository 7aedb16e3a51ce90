// test_page.mjs: the page on the real daemon in a real browser: signing in, numbers that equal the API's to the last digit, the way from a
// number to its conversations and from a mark to its words, and that it fits, is quiet and is accessible.
import { assert, test } from '../lib/tap.mjs'
import { needPostgres, sql } from '../lib/samtaled.mjs'

await needPostgres(import.meta.url)
const { ODD, LAST_DAY, PLANNED } = await import('./centre.mjs')
const { violations } = await import('./chromium.mjs')
const { settled, signIn, Visit, WEEKS } = await import('./visit.mjs')

let visit
await test('the daemon serves stored sample conversations', async () => {
    visit = await Visit.begin()
})
const at = (...where) => visit.at(...where)
const ask = (path) => visit.ask(path)
const idOf = (external) => visit.idOf(external)

await test('a first visit shows the sign-in, without an error on the console', async () => {
    const page = await at('')
    await page.waitForSelector('input[name=password]')
    assert.deepEqual(page.faults, [])
    assert.deepEqual(await violations(page), [])
    await page.close()
})
await test('a wrong password is told in words', async () => {
    const page = await at('')
    await signIn(page, 'wrong')
    await page.waitForFunction(() => document.querySelector('[role=alert]')?.textContent.includes('wrong'))
    await page.close()
})
await test('signing in leads to where one was going', async () => {
    const page = await at(`#/conversations?${WEEKS}`)
    await signIn(page)
    await page.waitForSelector('table.talks')
    assert.match(page.url(), /#\/conversations\?from=2026-06-01/)
    assert.match(await page.title(), /^Conversations/)
    await page.close()
})

const percent = (value) => new Intl.NumberFormat('en-GB', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value)
const clock = (seconds) => {
    const s = Math.round(seconds)
    const two = (n) => String(n).padStart(2, '0')
    return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`
}
function shown(figure) {
    if (figure.value === null) return figure.denominator === 0 ? 'no occasion' : 'not measured'
    if (figure.unit === 'ratio') return percent(figure.value)
    if (figure.unit === 's') return clock(figure.value)
    const digits = figure.unit === 'count' ? 0 : 1
    return new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(figure.value)
}
await test('each card shows the figure of the API to the last digit', async () => {
    const page = await at(`#/?${WEEKS}`)
    const api = await ask(`v1/overview?${WEEKS}&interval=day`)
    assert.ok(api.totals.efficiency.offered.value > 500 && api.totals.opportunity.scored.value > 50)
    for (const lens of ['efficiency', 'opportunity']) {
        const cards = await page.$$eval(`.lens.${lens} .card`, (all) => all.map((card) => [card.dataset.figure, card.querySelector('.card-value').dataset.value ?? null,
            card.querySelector('.card-value').textContent, card.querySelector('.card-base').textContent]))
        assert.equal(cards.length, 6)
        for (const [name, value, text, base] of cards) {
            const figure = api.totals[lens][name]
            assert.equal(value === null ? null : Number(value), figure.value, name)
            assert.equal(text, shown(figure), name)
            if (figure.unit === 'ratio' && figure.value !== null) assert.equal(base.replace(/,/g, ''), `${figure.numerator} of ${figure.denominator}`, name)
        }
    }
    assert.deepEqual(page.faults, [])
    await page.close()
})
await test('both lenses of each queue stand on its row, as the API gives them', async () => {
    const page = await at(`#/?${WEEKS}`)
    const { queues } = await ask(`v1/overview?${WEEKS}`)
    const rows = await page.$$eval('.queues .queue-table tbody tr', (all) => all.map((row) => [row.querySelector('th').textContent, ...[...row.querySelectorAll('.cell-value')].map((cell) => cell.textContent)]))
    const columns = [['efficiency', 'offered'], ['efficiency', 'service_level'], ['efficiency', 'asa'], ['efficiency', 'aht'],
        ['opportunity', 'index'], ['opportunity', 'explored_share'], ['opportunity', 'missed_share'], ['opportunity', 'acknowledged_share']]
    assert.deepEqual(rows, queues.map((entry) => [entry.queue ?? 'No queue named', ...columns.map(([lens, name]) => shown(entry[lens][name]))]))
    await page.close()
})
await test('the table behind a chart holds every interval, and a day without calls is not 0', async () => {
    const page = await at(`#/?${WEEKS}&queue=Page+test&efficiency=aht`)
    const { series } = await ask(`v1/overview?${WEEKS}&queue=Page+test`)
    const cells = await page.$$eval('.lens.efficiency .numbers tbody tr', (all) => all.map((row) => row.children[1].textContent))
    assert.deepEqual(cells, series.map((entry) => shown(entry.efficiency.aht)))
    assert.ok(cells.includes('no occasion') || cells.includes('not measured'))
    await page.close()
})
await test('choosing a card shows it over time and keeps it in the address', async () => {
    const page = await at(`#/?${WEEKS}`)
    await page.click('.lens.opportunity .card[data-figure=missed_share]')
    await page.waitForFunction(() => document.querySelector('.lens.opportunity .over-time h3').textContent.startsWith('Openings missed'))
    assert.match(page.url(), /opportunity=missed_share/)
    await page.reload()
    await settled(page)
    assert.equal(await page.getAttribute('.card[data-figure=missed_share]', 'aria-pressed'), 'true')
    await page.close()
})

const rowsOf = (page) => page.$$eval('table.talks tbody tr', (rows) => rows.length)
await test('a point of a chart opens the conversations of its day', async () => {
    const page = await at(`#/?${WEEKS}`)
    await page.waitForSelector('.lens.efficiency .chart svg')
    const chart = page.locator('.lens.efficiency .chart')
    await chart.scrollIntoViewIfNeeded()
    const box = await chart.boundingBox()
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await page.waitForSelector('table.talks, .state.empty')
    await settled(page)
    const query = new URLSearchParams(page.url().split('?')[1])
    assert.equal(query.get('from'), query.get('to'))
    const { items } = await ask(`v1/conversations?from=${query.get('from')}&to=${query.get('to')}`)
    assert.equal(await rowsOf(page), items.length)
    await page.close()
})
await test('a row of the table of queues opens its conversations, and more come by cursor', async () => {
    const page = await at(`#/?${WEEKS}`)
    const name = await page.textContent('.queues .queue-table tbody tr:nth-child(2) th a')
    await page.click('.queues .queue-table tbody tr:nth-child(2) th a')
    await page.waitForSelector('table.talks')
    assert.equal(new URLSearchParams(page.url().split('?')[1]).get('queue'), name)
    assert.equal(await rowsOf(page), 50)
    await page.click('.list-foot button')
    await page.waitForFunction(() => document.querySelectorAll('table.talks tbody tr').length === 100)
    const query = new URLSearchParams({ from: '2026-06-01', to: LAST_DAY, queue: name, limit: '100' })
    const { items } = await ask(`v1/conversations?${query}`)
    const links = await page.$$eval('.row-link', (all) => all.map((link) => link.getAttribute('href').match(/conversations\/(\d+)/)[1]))
    assert.deepEqual(links, items.map((item) => item.id))
    await page.close()
})
await test('the missed openings of a card are those of the list', async () => {
    const page = await at(`#/?${WEEKS}&opportunity=missed_share`)
    await page.click('.lens.opportunity .over-time .more')
    await page.waitForSelector('table.talks')
    const { items } = await ask(`v1/conversations?${WEEKS}&missed=true`)
    assert.equal(await rowsOf(page), items.length)
    assert.ok(items.every((item) => item.opportunity_missed > 0))
    await page.close()
})

await test('evidence marks the very words, after emoji and combining marks too', async () => {
    const id = await idOf(ODD.id)
    const page = await at(`#/conversations/${id}`)
    const talk = await ask(`v1/conversations/${id}`)
    assert.ok(talk.findings.length >= 4, 'something is found')
    assert.ok(talk.findings.some(({ turn }) => turn === 2) && talk.findings.some(({ turn }) => turn === 3))
    for (const { i, text } of talk.transcript.turns) {
        assert.equal(await page.textContent(`#turn-${i} .turn-text`), text)
        const points = [...text]
        const covered = points.map((_, k) => talk.findings.some((f) => f.turn === i && f.start <= k && k < f.end))
        const wanted = points.filter((_, k) => covered[k]).join('')
        const marked = await page.$$eval(`#turn-${i} .evidence`, (marks) => marks.map((mark) => mark.textContent).join(''))
        assert.equal(marked, wanted, `turn ${i}`)
    }
    for (const finding of talk.findings) {
        const words = [...talk.transcript.turns.find((turn) => turn.i === finding.turn).text].slice(finding.start, finding.end).join('')
        const marked = await page.$$eval(`#turn-${finding.turn} .evidence[data-labels~="${finding.label}"]`, (marks) => marks.map((mark) => mark.textContent))
        assert.ok(marked.length > 0 && marked.some((part) => words.includes(part)), finding.label)
    }
    assert.deepEqual(page.faults, [])
    await page.close()
})
await test('a mark opens why by the keyboard: label, words, rule and weight', async () => {
    const id = await idOf(ODD.id)
    const page = await at(`#/conversations/${id}`)
    const { findings, transcript } = await ask(`v1/conversations/${id}`)
    const finding = findings.find(({ label }) => label === 'cue.distress')
    assert.ok(finding, 'the distress is found')
    await page.focus(`#turn-${finding.turn} .evidence[data-labels~="cue.distress"]`)
    await page.keyboard.press('Enter')
    const why = await page.textContent(`#why-${finding.turn}`)
    const words = [...transcript.turns.find(({ i }) => i === finding.turn).text].slice(finding.start, finding.end).join('')
    for (const part of ['Hardship', words, finding.rule]) assert.ok(why.includes(part), part)
    await page.keyboard.press('Enter')
    assert.equal(await page.$(`#why-${finding.turn}`), null)
    await page.close()
})
await test('each moment shows how it was met and leads to its turn', async () => {
    const id = await idOf(ODD.id)
    const page = await at(`#/conversations/${id}`)
    const { moments } = await ask(`v1/conversations/${id}`)
    const cards = await page.$$eval('.moment', (all) => all.map((card) => [card.dataset.kind, card.dataset.met, card.querySelector('q')?.textContent ?? null]))
    assert.deepEqual(cards, moments.map((moment) => [moment.kind, moment.met, moment.suggestion]))
    await page.click('.moment-go button')
    await page.waitForFunction((turn) => document.activeElement?.id === `turn-${turn}`, moments[0].cue_turn)
    await page.close()
})
await test('what was not measured is said, never 0', async () => {
    const page = await at(`#/conversations/${await idOf('record-only')}`)
    const text = await page.textContent('.lens.opportunity')
    assert.ok(text.includes('not measured') && text.includes('no transcript'), text)
    assert.ok((await page.textContent('.stages')).includes('not measured'))
    assert.doesNotMatch(text, /0\.0/)
    await page.close()
})
await test('a conversation without times is drawn in order', async () => {
    const page = await at(`#/conversations/${await idOf('untimed')}`)
    assert.ok((await page.textContent('.timeline')).includes('no times'))
    assert.equal(await page.$('.axis'), null)
    await page.close()
})
await test('a conversation that is not there is told in words', async () => {
    const page = await at('#/conversations/999999999')
    assert.ok((await page.textContent('.failure')).includes('no such conversation'))
    await page.close()
})

await test('key figures are those of the API to the last digit, with their sums, and each leads to its conversations', async () => {
    const page = await at(`#/figures?${WEEKS}`)
    const figures = await ask(`v1/figures?${WEEKS}`)
    const shown = await page.$$eval('.figure-rows li', (all) => all.map((row) => [row.dataset.figure, row.querySelector('b').dataset.value ?? null]))
    const wanted = [figures.service_level, figures.service, figures.acknowledgement, figures.retention, figures.outcome, figures.repeat['7']].flatMap((lens) => Object.entries(lens))
        .filter(([name]) => shown.some(([row]) => row === name)).map(([name, figure]) => [name, figure.value === null ? null : String(figure.value)])
    for (const [name, value] of wanted) assert.ok(shown.some(([row, found]) => row === name && found === value), `${name} ${value}`)
    assert.equal(wanted.length > 20, true)
    const level = figures.service_level.answered_only
    const row = await page.textContent('[data-figure=answered_only]')
    assert.ok(row.includes(`${level.numerator.toLocaleString('en-GB')} of ${level.denominator.toLocaleString('en-GB')}`), row)
    assert.match(row, /95% between [\d.]+% and [\d.]+%/)
    assert.equal((await page.$$('.worth tbody tr')).length, figures.worth.length)
    assert.match(await page.textContent('.worth'), /Association, not cause/)
    await page.click('.quadrant.long_rich')
    await page.waitForURL(/quadrant=long_rich/)
    await page.waitForSelector('table.talks tbody tr')
    const { items } = await ask(`v1/conversations?${WEEKS}&quadrant=long_rich&limit=50`)
    assert.equal((await page.$$('table.talks tbody tr')).length, items.length)
    await page.close()
})
await test('a budget that cannot be believed is hidden with its reason, and says how to get one', async () => {
    const page = await at(`#/budget?${WEEKS}&queue=Norge`)
    assert.match(await page.textContent('.budget-cards'), /how many agents were planned/)
    assert.match(await page.textContent('.budget-cards'), /samtaled target set/)
    assert.doesNotMatch(await page.textContent('.budget-cards'), /\b0 sec/)
    const planned = await ask(`v1/budget?${WEEKS}&queue=${PLANNED}`)
    await page.goto(`${visit.url}/#/budget?${WEEKS}&queue=${PLANNED}`)
    await page.waitForSelector(`[data-budget="budget.observed"] b[data-value="${planned.total.observed.value}"]`)
    const extra = await page.$eval('[data-budget="budget.per_call"] b', (b) => b.dataset.value ?? null)
    assert.equal(extra, planned.total.budget.value === null ? null : String(planned.total.budget.value))
    assert.equal((await page.$$('[data-day]')).length, planned.days.length)
    assert.match(await page.textContent('[data-spent]'), /Exploring/)
    await page.close()
})
await test('beside the opportunity figures stands what they rest on, and what is incomplete leads to its list', async () => {
    const { totals } = await ask(`v1/coverage?${WEEKS}`)
    for (const hash of [`#/figures?${WEEKS}`, `#/?${WEEKS}`]) {
        const page = await at(hash)
        await page.waitForSelector('[data-coverage] dl')
        const told = await page.$$eval('[data-coverage] [data-figure]', (all) => all.map((one) => [one.dataset.figure, Number(one.querySelector('dd').dataset.value)]))
        assert.deepEqual(told, ['transcript_share', 'role_share', 'scored_share', 'incomplete'].map((name) => [name, totals[name].value]))
        assert.match(await page.textContent('[data-coverage]'), new RegExp(`${totals.scored_share.numerator.toLocaleString('en-GB')} of ${totals.scored_share.denominator.toLocaleString('en-GB')}`))
        await page.click('[data-coverage] [data-figure=incomplete] a')
        await page.waitForURL(/conversations.*incomplete=true/)
        await page.waitForSelector('table.talks tbody tr')
        assert.equal((await page.$$('table.talks tbody tr')).length, (await ask(`v1/conversations?${WEEKS}&incomplete=true&limit=50`)).items.length)
        await page.close()
    }
})
await test('results of queues and teams stand beside their targets as the API has them', async () => {
    const page = await at(`#/?${WEEKS}`)
    await page.waitForSelector('.result-table')
    const { queues, teams } = await ask(`v1/results?${WEEKS}`)
    const cells = await page.$$eval('.result-table td[data-label]:not(.no-target)', (all) => all.map((cell) => [cell.closest('tr').dataset.result, cell.querySelector('.cell-value').dataset.value ?? null,
        cell.dataset.reached ?? null, cell.textContent]))
    assert.equal(cells.length, queues.length + teams.length)
    for (const { name, result, reached, days, days_reached } of [...queues, ...teams]) {
        const cell = cells.find((one) => one[0] === name && one[1] === (result === null ? null : String(result.value)))
        assert.ok(cell, name)
        assert.equal(cell[2], reached === null ? null : String(reached))
        if (days > 1) assert.ok(cell[3].includes(`${days_reached} of ${days} days`), cell[3])
    }
    assert.ok(teams.length > 0 && queues.some((row) => row.figure === 'service_level' && row.name === PLANNED))
    await page.close()
})
await test('a day that changed after it was closed is told above the figures, with how much', async () => {
    const quiet = await at(`#/?${WEEKS}`)
    assert.equal(await quiet.$('.restated'), null)
    await quiet.close()
    sql(`update samtale.closed_day set restated_at = now(), facts_changed = true, conversations_now = conversations + 2, offered_now = offered - 1, scored_now = scored
         where starts_at = (select max(starts_at) from samtale.closed_day where starts_at < '2026-06-20')`)
    const page = await at(`#/?${WEEKS}`)
    await page.waitForSelector('[data-restated="1"]')
    assert.match(await page.textContent('.restated summary'), /^1 day has changed/)
    await page.click('.restated summary')
    const cells = await page.$$eval('.restated tbody tr:first-child td', (all) => all.map((cell) => cell.textContent))
    assert.deepEqual(cells.slice(0, 4), ['calls and outcomes', '+2', '−1', '±0'])
    assert.deepEqual(await violations(page), [])
    await page.close()
    sql('update samtale.closed_day set restated_at = null')
})
await test('a queue without calls has no budget, and says why', async () => {
    const page = await at(`#/budget?${WEEKS}&queue=Post`)
    await page.waitForSelector('.state.empty')
    assert.match(await page.textContent('.state.empty'), /Post has no calls/)
    await page.close()
})
await test('a chart says when asked whether a habit is changing', async () => {
    const page = await at(`#/?${WEEKS}`)
    await page.waitForSelector('.lens.efficiency .chart svg')
    await page.click('.lens.efficiency .check')
    assert.match(await page.textContent('.lens.efficiency .changing [role=status]'), /It is changing: \d+ points? stand|Nothing stands out: all \d+ points/)
    await page.goto(`${visit.url}/#/?from=2026-06-22&to=2026-06-25`)
    await page.waitForFunction(() => /more intervals? with/.test(document.querySelector('.lens.efficiency .changing [role=status]')?.textContent ?? ''))
    await page.close()
})

await test('filters live in the address, and a period without conversations offers the stored one', async () => {
    const page = await at(`#/?${WEEKS}`)
    await page.selectOption('.filters select >> nth=2', 'chat')
    await page.waitForURL(/channel=chat/)
    const { totals } = await ask(`v1/overview?${WEEKS}&channel=chat`)
    await page.waitForSelector(`.card[data-figure=offered] .card-value[data-value="${totals.efficiency.offered.value}"]`)
    await page.goto(`${visit.url}/#/?from=2001-01-01&to=2001-01-28`)
    await page.waitForSelector('.state.empty')
    await page.click('.state.empty a')
    await page.waitForSelector('.lens')
    await page.close()
})
await test('the page speaks the language that is chosen', async () => {
    const page = await at(`#/?${WEEKS}`)
    await page.click('.menu-button')
    await page.selectOption('#menu select', 'da')
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Overblik')
    assert.equal(await page.getAttribute('html', 'lang'), 'da')
    await page.waitForSelector('.card-value')
    assert.match(await page.textContent('.card[data-figure=service_level] .card-value'), /^\d+,\d\s%$/u)
    await page.click('.menu-button')
    await page.selectOption('#menu select', 'en')
    await page.close()
})
await test('the answer forbids inline scripts and styles and other sites', async () => {
    const csp = (await visit.browser.context.request.get(`${visit.url}/`)).headers()['content-security-policy'] ?? ''
    assert.match(csp, /default-src '(none|self)'/)
    assert.doesNotMatch(csp, /unsafe|https?:|\*/)
})

await test('half hours of a short period are shown by the clock of the site', async () => {
    const page = await at(`#/?from=2026-06-22&to=2026-06-22&interval=half_hour`)
    const { series } = await ask('v1/overview?from=2026-06-22&to=2026-06-22&interval=half_hour')
    const names = await page.$$eval('.lens.efficiency .numbers tbody th', (all) => all.map((cell) => cell.textContent))
    assert.equal(names.length, series.length)
    assert.match(names[0], /00:00$/)
    assert.match(names[18], /09:00$/)
    await page.close()
})
await test('a session that has ended asks to sign in again and keeps the place', async () => {
    const page = await at(`#/?${WEEKS}`)
    await visit.browser.context.clearCookies()
    await page.click('nav a[href*=conversations]')
    await page.waitForFunction(() => document.querySelector('[role=alert]')?.textContent.includes('ended'))
    await signIn(page)
    await page.waitForSelector('table.talks')
    assert.match(page.url(), /#\/conversations\?from=2026-06-01/)
    await page.close()
})
await test('signing out ends the session', async () => {
    const page = await at(`#/?${WEEKS}`)
    await page.click('.menu-button')
    await page.click('#menu button')
    await page.waitForSelector('input[name=password]')
    assert.equal((await visit.browser.context.request.get(`${visit.url}/v1/me`)).status(), 401)
    await page.close()
})
await test('the daemon ends in order', async () => assert.equal(await visit.end(), 0))
