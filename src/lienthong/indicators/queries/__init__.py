"""Reading figures, and the dossiers behind them."""
