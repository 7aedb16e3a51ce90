// What every number and mark means; static, in the language of the page.
import { DEFINED, type LensName } from '../base/figures';
import { AGENT_LABELS, CUSTOMER_LABELS } from '../base/labels';
import { useTitle } from '../base/hooks';
import { meaning, t, term } from '../i18n';
import type { Key } from '../i18n/en';
import { Glyph, GLYPH_OF } from '../parts/glyph';

const OUTCOMES = ['explored', 'answered', 'missed', 'acknowledged', 'attempted', 'no_occasion'] as const;
const IDEAS: readonly (readonly [Key, Key])[] = [
  ['definitions.two', 'definitions.two.text'],
  ['definitions.null', 'definitions.null.text'],
  ['definitions.words', 'definitions.words.text'],
];

export function DefinitionsPage() {
  useTitle(t('definitions.title'));
  return (
    <div class="page definitions">
      <header class="page-head">
        <h1>{t('definitions.title')}</h1>
        <p class="page-sub">{t('definitions.lead')}</p>
      </header>
      <div class="ideas">
        {IDEAS.map(([title, text]) => (
          <section key={title}>
            <h2>{t(title)}</h2>
            <p>{t(text)}</p>
          </section>
        ))}
      </div>
      <div class="glossary">
        <section>
          <h2>{t('definitions.figures')}</h2>
          <Figures lens="efficiency" />
          <Figures lens="opportunity" />
        </section>
        <section>
          <h2>{t('definitions.labels')}</h2>
          <h3>{t('definitions.outcomes')}</h3>
          <dl class="terms">
            {OUTCOMES.map((met) => (
              <div key={met}>
                <dt>
                  <Glyph kind={GLYPH_OF[met]} /> {t(`met.${met}`)}
                </dt>
                <dd>{t(`met.${met}.text`)}</dd>
              </div>
            ))}
          </dl>
          <Labels title={t('definitions.customer_labels')} names={CUSTOMER_LABELS} />
          <Labels title={t('definitions.agent_labels')} names={AGENT_LABELS} />
        </section>
      </div>
    </div>
  );
}

function Figures({ lens }: { lens: LensName }) {
  return (
    <>
      <h3 class={`lens-name ${lens}`}>
        <span class="lens-dot" aria-hidden="true" />
        {t(`lens.${lens}`)}
      </h3>
      <dl class="terms">
        {DEFINED[lens].map((name) => (
          <div key={name}>
            <dt>{term('figure', name)}</dt>
            <dd>{meaning('figure', name)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Labels({ title, names }: { title: string; names: readonly string[] }) {
  return (
    <>
      <h3>{title}</h3>
      <dl class="terms">
        {names.map((name) => (
          <div key={name}>
            <dt>
              {term('label', name)} <code>{name}</code>
            </dt>
            <dd>{meaning('label', name)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
