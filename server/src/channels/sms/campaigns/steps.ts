/** What a registration does next. One call to the provider a step, so that a step that is lost repeats little. */
import type { CampaignFields } from '@latchbox/shared/http/campaigns';
import type { CampaignChange, StoredCampaign } from '../../../database/texting/campaigns.ts';
import { ProviderRefusal } from '../provider/errors.ts';
import type { Provider } from '../provider/provider.ts';
import type { Form } from '../provider/request.ts';

/** What a step found: what to write down, and whether another step follows at once, later, or none. */
export interface Step {
  readonly change: CampaignChange;
  readonly next: 'now' | 'later' | 'none';
}

const BRAND_FAILED = new Set(['FAILED', 'DELETION_FAILED', 'DELETION_PENDING', 'SUSPENDED']);
const CAMPAIGN_FAILED = new Set(['FAILED', 'SUSPENDED', 'DELETED', 'EXPIRED']);

const now = (change: CampaignChange): Step => ({ change, next: 'now' });
const later: Step = { change: {}, next: 'later' };
const rejected = (reason: string): Step => ({ change: { state: 'rejected', reason }, next: 'none' });

/**
 * The next step of a registration that was handed in: brand, service, campaign, in this order. A reason that is still there means
 * that the provider has the version that was rejected: the new one is handed in first. Throws what the provider throws; a refusal is
 * a rejection.
 */
export async function nextStep(provider: Provider, campaign: StoredCampaign): Promise<Step> {
  try {
    return await step(provider, campaign);
  } catch (error) {
    if (error instanceof ProviderRefusal) return rejected(error.sentence);
    throw error;
  }
}

async function step(provider: Provider, campaign: StoredCampaign): Promise<Step> {
  const { brandSid, serviceSid, campaignSid, reason, teamId } = campaign;
  const fields = JSON.parse(campaign.fields) as CampaignFields;
  if (reason !== null) return await handInAgain(provider, campaign, fields);
  if (brandSid === null) {
    const { sid } = await provider.createBrand(brandForm(fields));
    return { change: { brandSid: sid }, next: 'later' };
  }
  if (campaignSid === null) {
    const brand = await provider.brand(brandSid);
    if (BRAND_FAILED.has(brand.status))
      return rejected(
        words(brand.errors) || brand.failure_reason || 'The carriers did not approve the company.',
      );
    if (brand.status !== 'APPROVED') return later;
  }
  if (serviceSid === null) return now({ serviceSid: await provider.createService(`Latchbox ${teamId}`) });
  if (campaignSid === null) {
    const { sid } = await provider.createCampaign(serviceSid, campaignForm(fields, brandSid));
    return { change: { campaignSid: sid }, next: 'later' };
  }
  const { campaign_status: status, errors } = await provider.campaign(serviceSid, campaignSid);
  if (CAMPAIGN_FAILED.has(status))
    return rejected(words(errors) || 'The carriers rejected it and do not say why.');
  return status === 'VERIFIED' ? now({ state: 'registered' }) : later;
}

async function handInAgain(
  provider: Provider,
  { brandSid, serviceSid, campaignSid }: StoredCampaign,
  fields: CampaignFields,
): Promise<Step> {
  if (serviceSid !== null && campaignSid !== null) {
    await provider.changeCampaign(serviceSid, campaignSid, changeForm(fields));
  } else if (brandSid !== null && BRAND_FAILED.has((await provider.brand(brandSid)).status)) {
    await provider.resubmitBrand(brandSid);
  }
  return { change: { reason: null }, next: 'later' };
}

const words = (errors: readonly string[]): string => errors.join(' ').slice(0, 500);

function brandForm({ customerProfile, a2pProfile, brandType }: CampaignFields): Form {
  return { CustomerProfileBundleSid: customerProfile, A2PProfileBundleSid: a2pProfile, BrandType: brandType };
}

/** What may be changed later. */
function changeForm(fields: CampaignFields): Form {
  return {
    Description: fields.description,
    MessageFlow: fields.messageFlow,
    MessageSamples: fields.samples,
    HasEmbeddedLinks: fields.hasLinks,
    HasEmbeddedPhone: fields.hasPhoneNumbers,
    AgeGated: false,
    DirectLending: false,
    ...(fields.privacyPolicyUrl === undefined ? {} : { PrivacyPolicyUrl: fields.privacyPolicyUrl }),
    ...(fields.termsUrl === undefined ? {} : { TermsAndConditionsUrl: fields.termsUrl }),
  };
}

function campaignForm(fields: CampaignFields, brandSid: string): Form {
  return {
    BrandRegistrationSid: brandSid,
    UsAppToPersonUsecase: fields.useCase,
    ...changeForm(fields),
    OptInMessage: fields.optInMessage,
    OptOutMessage: fields.optOutMessage,
    HelpMessage: fields.helpMessage,
    OptInKeywords: ['START'],
    OptOutKeywords: ['STOP'],
    HelpKeywords: ['HELP'],
    SubscriberOptIn: true,
  };
}
