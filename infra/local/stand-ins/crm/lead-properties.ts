/** The custom properties of a lead, in the names of the standard contact: an account that wants leads has made them. */
export const LEAD_PROPERTIES = ['lead_source', 'lead_quality', 'session_id', 'merchant_id', 'products_discussed', 'lead_score', 'territory'] as const;
