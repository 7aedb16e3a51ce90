// Loading, failing and empty: said in plain words, announced to screen readers.
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../base/api';
import { t } from '../i18n';
import type { Key } from '../i18n/en';

const WORDS: Record<string, Key> = {
  offline: 'error.offline',
  unavailable: 'error.unavailable',
  timeout: 'error.unavailable',
  stopping: 'error.unavailable',
  wrong_credentials: 'error.wrong_credentials',
  too_many_attempts: 'error.too_many_attempts',
  not_signed_in: 'error.not_signed_in',
  forbidden: 'error.forbidden',
  not_found: 'error.not_found',
  bad_parameter: 'error.bad_parameter',
  bad_cursor: 'error.bad_parameter',
  range_too_long: 'error.bad_parameter',
};

/** One sentence for an error of the API. */
export function errorText(error: ApiError): string {
  return t(WORDS[error.kind] ?? 'error.internal', { detail: error.message });
}

export function Failure(props: { error: ApiError; again?: () => void }) {
  return (
    <div class="state failure" role="alert">
      <h2>{t('error.title')}</h2>
      <p>{errorText(props.error)}</p>
      {props.again !== undefined && (
        <button type="button" class="button" onClick={props.again}>
          {t('error.retry')}
        </button>
      )}
    </div>
  );
}

export function Loading() {
  return (
    <p class="state loading" role="status">
      <span class="loading-lens ink" aria-hidden="true" />
      <span class="loading-lens rose" aria-hidden="true" />
      <span class="sr-only">{t('loading')}</span>
    </p>
  );
}

export function Empty(props: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state empty" role="status">
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}
