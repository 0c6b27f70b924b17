"""
The papers that an officer gets from registrations: a letter to sign, a table to sort, a chart to show.

Pure: frozen values in, bytes out. The same values give the same bytes, whatever the clock says.
"""
