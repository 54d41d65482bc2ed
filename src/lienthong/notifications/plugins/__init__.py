"""Who carries messages: mail, SMS over SMPP or into a folder, push services. One small protocol for all."""
