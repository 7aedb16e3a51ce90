// Measures, queue entries, and what the conversation was made of: source, parts, scorer and its packs, remarks.
import { outcomeText, surveyText } from '../base/answers';
import { clock } from '../base/format';
import { groupMeasures, measureText } from '../base/measures';
import { dayText, instantText } from '../base/time';
import type { Conversation, Leg } from '../base/types';
import { formatLocale, t, term } from '../i18n';

export function Details({ talk }: { talk: Conversation }) {
  const groups = groupMeasures(talk.measures);
  return (
    <div class="details">
      {groups.length > 0 && talk.opportunity.scored && (
        <section aria-labelledby="measures-title">
          <h2 id="measures-title">{t('talk.measures')}</h2>
          <div class="measures">
            {groups.map(({ title, names }) => (
              <div key={title} class="measure-group">
                <h3>{t(title)}</h3>
                <dl class="facts">
                  {names.map((name) => (
                    <div key={name} data-null={talk.measures[name] === null ? true : undefined}>
                      <dt>{term('measure', name)}</dt>
                      <dd>{measureText(name, talk.measures)}</dd>
                    </div>
                  ))}
                </dl>
              </div>
            ))}
          </div>
        </section>
      )}
      {talk.legs.length > 0 && <Legs legs={talk.legs} zone={talk.time_zone} hidden={talk.names_hidden} />}
      <section aria-labelledby="details-title">
        <h2 id="details-title">{t('talk.details')}</h2>
        <dl class="facts">
          {facts(talk).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

function Legs({ legs, zone, hidden }: { legs: readonly Leg[]; zone: string; hidden: boolean }) {
  const tag = formatLocale();
  const time = (ms: number | null): string => (ms === null ? t('figure.not_measured') : clock(ms));
  return (
    <section aria-labelledby="legs-title">
      <h2 id="legs-title">{t('talk.legs')}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('talk.legs')}>
        <table class="legs">
          <thead>
            <tr>
              {[t('filter.queue'), t('talk.leg.agent'), t('talk.leg.answered')].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {[t('talk.wait'), t('talk.talk'), t('talk.hold'), t('talk.wrap')].map((name) => (
                <th key={name} scope="col" class="num">
                  {name}
                </th>
              ))}
              <th scope="col">{t('talk.ending')}</th>
            </tr>
          </thead>
          <tbody>
            {legs.map((leg) => (
              <tr key={leg.n}>
                <th scope="row">{leg.queue ?? t('overview.no_queue')}</th>
                <td>
                  {leg.agent ?? (hidden && leg.answered_at !== null ? t('talk.leg.hidden') : '–')}
                  {leg.team !== null && <span class="cell-base">{leg.team}</span>}
                </td>
                <td>{leg.answered_at === null ? '–' : instantText(tag, leg.answered_at, zone)}</td>
                {[leg.wait_ms, leg.talk_ms, leg.hold_ms, leg.wrap_ms].map((ms, k) => (
                  <td key={k} class="num" data-null={ms === null ? true : undefined}>
                    {time(ms)}
                  </td>
                ))}
                <td>
                  {term('disposition', leg.disposition)}
                  {leg.transfer !== 'none' && <span class="cell-base">{term('transfer', leg.transfer)}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function facts(talk: Conversation): [string, string][] {
  const tag = formatLocale();
  const rows: [string, string][] = [
    [t('talk.source'), talk.source],
    [t('talk.external'), talk.external_id ?? t('talk.erased')],
    [t('talk.consent'), term('consent', talk.consent)],
  ];
  if (talk.purpose !== null) rows.push([t('talk.purpose'), talk.purpose.split(',').map((purpose) => term('purpose', purpose.trim())).join(', ')]);
  if (talk.customer_since !== null) rows.push([t('talk.customer_since'), dayText(tag, talk.customer_since)]);
  if (talk.scorer !== null) {
    rows.push([t('talk.scorer'), talk.scorer.version]);
    if (talk.scorer.scored_at !== null) rows.push([t('talk.scored_at'), instantText(tag, talk.scorer.scored_at, talk.time_zone)]);
    const packs = packsText(talk.scorer.packs);
    if (packs !== '') rows.push([t('talk.packs'), packs]);
  }
  if (talk.flags.length > 0) rows.push([t('talk.flags'), talk.flags.map((flag) => term('flag', flag)).join('. ')]);
  const surveys = talk.surveys.map(surveyText).filter((text) => text !== '');
  const outcomes = talk.outcomes.map(outcomeText).filter((text) => text !== '');
  if (surveys.length > 0) rows.push([t('talk.surveys'), surveys.join('; ')]);
  if (outcomes.length > 0) rows.push([t('talk.outcomes'), outcomes.join('; ')]);
  return rows;
}

/** Packs by language with their hashes, "da 62878f35 · nb 2266b4e0". */
function packsText(packs: Record<string, string>): string {
  return Object.entries(packs)
    .map(([language, hash]) => `${language} ${hash}`)
    .join(' · ');
}
