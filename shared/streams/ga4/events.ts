import type { ListedValue } from '../../vocabulary/listed.ts';
import { defineStream, replace } from '../../stream.ts';
import { ga4 } from './source.ts';

/** A parameter of an event: a list of keys, each with a value of one of four types. */
function parameter(name: string): ListedValue {
  return {
    list: '/event_params',
    by: 'key',
    is: [name],
    value: ['/value/string_value', '/value/int_value', '/value/double_value', '/value/float_value'],
  };
}

/** An amount of the export is a floating-point number, as a browser has added it up or an exchange rate has made it. */
const amount = { type: 'NUMERIC', decimals: 'round', invalid: 'null' } as const;

export const events = defineStream({
  source: ga4,
  name: 'events',
  description: "Events as the property's export to BigQuery has them, dropped as NDJSON: a file holds the whole of each day in it",
  columns: {
    event_date: { type: 'DATE', required: true, formats: ['YYYYMMDD', 'YYYY-MM-DD'], description: 'Day, in the time zone of the property' },
    event_timestamp: { type: 'INT64', required: true, description: 'When it happened, in microseconds since 1970, UTC' },
    event_name: { type: 'STRING', required: true, description: 'What happened' },
    user_pseudo_id: { type: 'STRING', description: 'Visitor; null without consent' },
    transaction_id: { type: 'STRING', field: '/ecommerce/transaction_id', description: 'Transaction of a purchase; (not set) where the shop sent none' },
    purchase_revenue: { ...amount, field: '/ecommerce/purchase_revenue', description: 'Value of the purchase, in the currency' },
    value: { ...amount, answer: parameter('value'), description: 'Value that the event was sent with' },
    currency: { type: 'STRING', answer: parameter('currency'), description: 'Currency that the event was sent with, ISO 4217' },
    session_id: { type: 'STRING', answer: parameter('ga_session_id'), description: 'Session of the visitor' },
    source: { type: 'STRING', answer: parameter('source'), description: 'Where the visitor came from in this event' },
    medium: { type: 'STRING', answer: parameter('medium'), description: 'How the visitor came in this event' },
    campaign_name: { type: 'STRING', answer: parameter('campaign'), description: 'Campaign of this event' },
    first_source: { type: 'STRING', field: '/traffic_source/source', description: 'Where the visitor first came from' },
    first_medium: { type: 'STRING', field: '/traffic_source/medium', description: 'How the visitor first came' },
    first_campaign: { type: 'STRING', field: '/traffic_source/name', description: 'Campaign that first brought the visitor' },
    event_params: { type: 'JSON', description: 'All parameters of the event' },
    shipping_value: { ...amount, field: '/ecommerce/shipping_value', description: 'Shipping in the value of the purchase' },
    tax_value: { ...amount, field: '/ecommerce/tax_value', description: 'Taxes in the value of the purchase' },
    refund_value: { ...amount, field: '/ecommerce/refund_value', description: 'What was paid back' },
    item_quantity: { type: 'INT64', field: '/ecommerce/total_item_quantity', description: 'Number of items bought' },
    items: { type: 'JSON', description: 'What was bought' },
  },
  write: replace({ date: 'event_date' }),
  table: { dataset: 'ga4', name: 'events', partition: 'event_date', cluster: ['event_name', 'transaction_id'] },
});
