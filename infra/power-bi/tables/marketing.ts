import { date, day, decimal, hidden, instant, key, place, type Table, text, whole, yesNo } from './table.ts';

/** Orders, whom they are from, which campaign brought them, and what its ads did. */
export const marketingTables: readonly Table[] = [
  {
    name: 'Contacts',
    view: 'v_dim_contacts',
    columns: { contact_key: key, contact_id: text, country: place(text, 'Country'), email_opt_in: yesNo, created_date: date },
    calculated: {
      first_order_date: {
        type: 'DATE',
        description:
          "Day of the contact's first order of all; blank for who never ordered, and for the unknown contact. In the replaced report FirstPurchaseDate",
        dax: "IF('Contacts'[contact_key] <> -1, CALCULATE(MIN('Orders'[order_date])))",
        format: 'yyyy-mm-dd',
      },
      first_order_month: {
        type: 'DATE',
        description: 'First day of the month of first_order_date, the year with it: the cohort. In the replaced report FirstPurchaseMonth',
        dax: "IF(NOT ISBLANK('Contacts'[first_order_date]), EOMONTH('Contacts'[first_order_date], -1) + 1)",
        format: 'yyyy-mm',
      },
    },
  },
  {
    name: 'Campaigns',
    view: 'v_dim_campaign',
    columns: {
      campaign_key: key,
      campaign_id: text,
      campaign_name: text,
      campaign_channel: text,
      objective: text,
      start_date: date,
      end_date: date,
      campaign_status: text,
    },
  },
  {
    name: 'Orders',
    view: 'v_fct_orders',
    columns: {
      order_id: text,
      contact_key: key,
      campaign_key: key,
      ga4_event_key: key,
      meta_ads_key: key,
      contact_id: hidden(text),
      transaction_id: hidden(text),
      order_date: day,
      amount_reporting: decimal,
      items: hidden(whole),
      order_channel: text,
      utm_source: text,
      utm_medium: text,
      payment_method: text,
      is_repeat: yesNo,
      _extracted_at: hidden(instant),
    },
  },
  {
    name: 'Ads',
    view: 'v_dim_meta_ads',
    columns: {
      meta_ads_key: key,
      campaign_key: key,
      date: day,
      impressions: hidden(whole),
      clicks: hidden(whole),
      spend_reporting: hidden(decimal),
      conversions: hidden(whole),
      is_provisional: yesNo,
      _extracted_at: hidden(instant),
    },
  },
  {
    name: 'Web transactions',
    view: 'v_dim_ga4_events',
    columns: {
      ga4_event_key: key,
      transaction_id: hidden(text),
      user_pseudo_id: hidden(text),
      event_date: day,
      value_reporting: hidden(decimal),
      source: text,
      medium: text,
      campaign_name: text,
      is_sampled: yesNo,
      is_thresholded: yesNo,
      is_provisional: yesNo,
    },
  },
];
