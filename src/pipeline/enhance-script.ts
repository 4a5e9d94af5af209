import { toAppError } from '../core/errors.ts';
import type { AppError } from '../core/errors.ts';
import { FAILURE_POLICY } from '../core/failure-policy.ts';
import type { Logger } from '../core/logger.ts';
import type { StepContext } from '../jobs/workflow.ts';
import { findInventedFact, findLostText } from '../script/kept-text.ts';
import type { BrokenRule } from '../script/kept-text.ts';
import type { EnhancedScript, EnhancementAnswer, TokenUsage } from '../script/script-enhancer.ts';
import { askEnhancer } from './ask-enhancer.ts';
import type { EnhancerAccess } from './ask-enhancer.ts';
import { checkSpokenText } from './spoken-text.ts';
import type { VideoRequest, VideoRequestRules } from './video-request.ts';

/** What became of the wish to have the script improved, and what it cost. Plain JSON: part of the result of a step. */
export type Enhancement = TokenUsage & {
  readonly status: 'applied' | 'skipped' | 'fell_back';
  /** Why the user's own text is spoken although another was asked for; null otherwise. */
  readonly warning: string | null;
  readonly costUsd: number;
};

/** `title` is null when the enhancer gave none that can be used. */
export type ScriptToSpeak = {
  readonly script: string;
  readonly title: string | null;
  readonly keyPoints: readonly string[];
  readonly enhancement: Enhancement;
};

export type EnhanceScript = (
  request: VideoRequest,
  options: { readonly videoId: string; readonly step: StepContext },
) => Promise<ScriptToSpeak>;

/** Why the user's own text is spoken. */
type Fallback = {
  /** Completes a sentence for the user; may quote the script. */
  readonly because: string;
  /** For the log: quotes nothing of the script. */
  readonly log: {
    readonly reason: string;
    readonly rule?: string;
    readonly error_kind?: string;
    readonly needsOperator?: boolean;
  };
  readonly paid?: TokenUsage & { readonly costUsd: number };
};

const UNUSED = { promptTokens: 0, completionTokens: 0, costUsd: 0 };

/**
 * Has a script improved when its request wants that. An answer of no use, one that breaks a rule and an enhancer that fails all
 * end with the user's own text and a warning: a video is never lost for want of a better script. What throws is not the
 * enhancer's doing: a cancelled or lost job, the journal, or `provider_busy`, after which the job has its turn later.
 * `access` is null when no enhancer is configured.
 */
export function createEnhanceScript(
  access: EnhancerAccess | null,
  { rules, logger }: { readonly rules: VideoRequestRules; readonly logger: Logger },
): EnhanceScript {
  return async (request, { videoId, step }) => {
    if (!request.enhance) return ownText(request, { status: 'skipped', warning: null, ...UNUSED });
    const result = await improve(request, step);
    if ('script' in result) return result;
    const { because, log, paid = UNUSED } = result;
    const { needsOperator = false, ...fields } = log;
    const tokens = { prompt_tokens: paid.promptTokens, completion_tokens: paid.completionTokens };
    logger[needsOperator ? 'error' : 'warn'](
      { video_id: videoId, ...fields, ...tokens, cost_usd: paid.costUsd },
      'A script is spoken as it was written, without improvement',
    );
    await step.describe({ detail: 'spoken as it was written' });
    const warning = `The script is spoken as it was written, because ${because}.`;
    return ownText(request, { status: 'fell_back', warning, ...paid });
  };

  async function improve(request: VideoRequest, step: StepContext): Promise<ScriptToSpeak | Fallback> {
    if (access === null) {
      return { because: 'nobody is configured any more who improves scripts', log: { reason: 'not_configured' } };
    }
    let answer: EnhancementAnswer;
    try {
      answer = await askEnhancer(request, { ...access, step });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (step.signal.aborted || !isOfEnhancer(error)) throw thrown;
      // A refused key and an empty account stay so until somebody does something about them.
      const needsOperator = FAILURE_POLICY[error.kind].countsToBreaker === 'opens_at_once';
      return {
        because: `it could not be improved: ${error.message.replace(/\.$/, '')}`,
        log: { reason: error.code, error_kind: error.kind, rule: error.message, needsOperator },
      };
    }
    const { promptTokens, completionTokens, costUsd, enhanced, uselessBecause } = answer;
    const paid = { promptTokens, completionTokens, costUsd };
    if (enhanced === null) {
      const because = `${access.enhancer.id} ${uselessBecause}`;
      return { because, log: { reason: 'useless_answer', rule: uselessBecause }, paid };
    }
    const broken = findBrokenRule(request, enhanced.spokenText, rules);
    if (broken !== undefined) {
      const because = `the improved text must ${broken.rule} (${broken.value})`;
      return { because, log: { reason: broken.name, rule: broken.rule }, paid };
    }
    await step.describe({ provider: access.enhancer.id, detail: 'improved' });
    return { ...usable(request.script, enhanced, rules), enhancement: { status: 'applied', warning: null, ...paid } };
  }
}

/** Whether the user's own text may stand in for what failed. */
function isOfEnhancer({ kind, code }: AppError): boolean {
  return FAILURE_POLICY[kind].fallBack && code !== 'provider_busy';
}

function ownText({ script }: VideoRequest, enhancement: Enhancement): ScriptToSpeak {
  return { script, title: null, keyPoints: [], enhancement };
}

/** The first rule of a script that the text breaks, or by which it is no longer what the user said. */
function findBrokenRule(request: VideoRequest, text: string, rules: VideoRequestRules): BrokenRule | undefined {
  const { script, language } = request;
  const lost = findLostText(script, text, language);
  if (lost !== undefined) return lost;
  const { issues, estimatedSpeechSeconds } = checkSpokenText('', text, language, rules);
  const [issue] = issues;
  if (issue !== undefined) {
    return { name: issue.code, rule: issue.rule.replace(/^must /, ''), value: String(issue.value) };
  }
  // An estimate may be that much too low, and a script that would have fitted must not become one that does not.
  const { maxSpeechSeconds } = rules.limits;
  const most = Math.max(maxSpeechSeconds * (1 - rules.measure.estimateMargin), request.estimatedSpeechSeconds);
  if (estimatedSpeechSeconds > most) {
    const rule = `surely take at most ${maxSpeechSeconds} seconds to say`;
    return { name: 'speech_too_long', rule, value: `about ${estimatedSpeechSeconds}` };
  }
  if (request.captions.burned && !rules.canDraw(text) && rules.canDraw(script)) {
    return { name: 'unsupported_value', rule: 'be in a writing system that has a font', value: 'it is not' };
  }
  return undefined;
}

/** Title and key points are extras: one that states what the script does not, or cannot be drawn, is left out. */
function usable(own: string, enhanced: EnhancedScript, rules: VideoRequestRules): Omit<ScriptToSpeak, 'enhancement'> {
  const isUsable = (line: string): boolean =>
    line !== '' && rules.canDraw(line) && findInventedFact(own, line) === undefined;
  return {
    script: enhanced.spokenText,
    title: isUsable(enhanced.title) ? enhanced.title : null,
    keyPoints: enhanced.keyPoints.filter(isUsable),
  };
}
