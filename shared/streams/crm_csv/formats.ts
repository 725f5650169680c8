/** How exports write dates: the year first, or the day; a month first would be read as another day, so nothing declares it. */
export const dates = ['YYYY-MM-DD', 'YYYY-MM-DD HH:mm:ss', 'YYYY-MM-DDTHH:mm:ss', 'D-M-YYYY', 'D/M/YYYY', 'D.M.YYYY'] as const;
/** How exports write moments; where no zone is named it is UTC. */
export const moments = [
  'YYYY-MM-DD HH:mm:ss',
  'YYYY-MM-DDTHH:mm:ss',
  'YYYY-MM-DDTHH:mm:ssZ',
  'YYYY-MM-DD HH:mm:ssZ',
  'YYYY-MM-DD HH:mm:ss Z',
  'YYYY-MM-DD HH:mm',
  'YYYY-MM-DD',
  'D-M-YYYY HH:mm:ss',
  'D-M-YYYY HH:mm',
  'D/M/YYYY HH:mm:ss',
  'D/M/YYYY HH:mm',
  'D.M.YYYY HH:mm:ss',
  'D.M.YYYY HH:mm',
] as const;
